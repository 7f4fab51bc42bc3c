package dev.ottla.common;

/** Who set the timestamp of a record; a topic's {@code message.timestamp.type} decides it. */
public enum TimestampType {

    /** The producer, when the record was made or sent. */
    CREATE_TIME,

    /** The broker, when it appended the batch: all records of a batch then have the same timestamp. */
    LOG_APPEND_TIME
}
