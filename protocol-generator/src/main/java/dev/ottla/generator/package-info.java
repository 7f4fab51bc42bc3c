/** Turns Kafka's message schemas into Java source, at build time. */
@NullMarked
package dev.ottla.generator;

import org.jspecify.annotations.NullMarked;
