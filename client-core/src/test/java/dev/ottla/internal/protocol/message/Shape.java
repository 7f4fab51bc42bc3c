package dev.ottla.internal.protocol.message;

/** What a generated message value looks like. */
enum Shape {
    /** Zeros, empty strings and arrays, no tagged field. */
    EMPTY,
    /** Null wherever the version allows it, one element in each array. */
    NULLS,
    /** The extremes of every number, three elements in each array, every tagged field. */
    EXTREMES,
    /** Random values, one to three elements in each array, unknown tagged fields in every struct. */
    UNKNOWN_TAGS,
    /** Everything by chance. */
    RANDOM
}
