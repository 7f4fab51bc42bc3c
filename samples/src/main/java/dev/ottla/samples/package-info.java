/** Small programs, each one runnable; every one takes {@code bootstrap.servers} and a topic as its arguments. */
@org.jspecify.annotations.NullMarked
package dev.ottla.samples;
