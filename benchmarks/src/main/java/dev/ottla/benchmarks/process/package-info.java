/** Starts the programs of this module as processes of their own. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.process;
