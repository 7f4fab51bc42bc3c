package dev.ottla.architecture.violations.producer;

import dev.ottla.architecture.violations.consumer.Consumed;

/** Breaks: a producer that depends on the consumer's module. */
public record ProducerThatConsumes(Consumed consumed) {}
