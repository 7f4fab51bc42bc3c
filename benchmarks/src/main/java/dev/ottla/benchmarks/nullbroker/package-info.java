/** A broker that keeps nothing: produced records are counted and dropped, fetched ones come from one canned batch. */
@org.jspecify.annotations.NullMarked
package dev.ottla.benchmarks.nullbroker;
