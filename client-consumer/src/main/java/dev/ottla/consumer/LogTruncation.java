package dev.ottla.consumer;

import dev.ottla.common.TopicPartition;

/**
 * That records which were returned are gone from the log, because a replica without them became the leader (an unclean leader
 * election; KIP-320). Immutable.
 *
 * @param position the offset that would have been read next
 * @param offset where the two logs part: records from here to {@code position} were returned and are lost; others may take, or
 *     have taken, their offsets
 */
public record LogTruncation(TopicPartition topicPartition, long position, long offset) {}
