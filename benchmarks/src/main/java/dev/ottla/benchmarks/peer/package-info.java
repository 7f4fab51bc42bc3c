/** One client library at work in a process of its own, in rounds that the comparison asks for. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.peer;
