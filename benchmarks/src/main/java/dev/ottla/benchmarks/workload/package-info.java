/** What all peers are given to do: the same keys, values and settings. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.workload;
