package dev.ottla.architecture.violations.consumer;

/** Breaks nothing: what the producer must not see. */
public record Consumed(long offset) {}
