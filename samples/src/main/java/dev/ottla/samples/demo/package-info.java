/** The demo: records through a real local broker, with a rebalance on the way, checked one by one. */
@org.jspecify.annotations.NullMarked
package dev.ottla.samples.demo;
