/** Costs of single steps, measured by JMH; allocation is held to a committed list. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.jmh;
