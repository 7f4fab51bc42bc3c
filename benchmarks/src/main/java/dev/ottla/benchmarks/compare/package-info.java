/** Runs the peers in turns, reads from the operating system what they cost, and writes the report. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.compare;
