package dev.ottla.testkit.history;

import dev.ottla.common.TopicPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * One thing that happened in a run, as the application or the observer of the cluster saw it. The same for a simulated run, a
 * real cluster and any other client. Names of producers, members, groups and records are the run's own; a record's name is
 * unique in it, and its checksum is over key, value, headers and timestamp, whatever the run uses of these.
 */
public sealed interface HistoryEvent {

    /**
     * An application calls send.
     *
     * @param deadline by when the send must have ended; zero if that is not checked
     */
    record SendInvoked(String producer, String recordName, TopicPartition partition, long checksum, Duration deadline)
            implements HistoryEvent {}

    /** A send has ended well; the offset is -1 if the client was not told it (acks=0). */
    record SendAcked(String producer, String recordName, TopicPartition partition, long offset)
            implements HistoryEvent {}

    /** A send has failed, and the client says that the record is not in the log and never will be. */
    record SendRejected(String producer, String recordName, String error) implements HistoryEvent {}

    /** A send has failed, and the client says that the record may be in the log. */
    record SendUnknown(String producer, String recordName, String error) implements HistoryEvent {}

    /** A producer with a transactional id was made. It takes the id over with its first transaction. */
    record ProducerStarted(String producer, String transactionalId) implements HistoryEvent {}

    /** A transaction has begun. Its name is unique in the run. */
    record TransactionBegan(String producer, String transaction) implements HistoryEvent {}

    /** The record, which is about to be sent, is part of a transaction. */
    record SentInTransaction(String transaction, String recordName) implements HistoryEvent {}

    /** The application has worked on a record as part of a transaction, which is to commit its offset. */
    record HandledInTransaction(String transaction, String group, TopicPartition partition, long offset)
            implements HistoryEvent {}

    /** The application asks to commit a transaction; once more, if that was not answered before. */
    record TransactionCommitInvoked(String producer, String transaction) implements HistoryEvent {}

    /** A transaction's commit has ended well. */
    record TransactionCommitted(String producer, String transaction) implements HistoryEvent {}

    /** A commit has failed, and the client says that the transaction is not committed and never will be. */
    record TransactionRefused(String producer, String transaction, String error) implements HistoryEvent {}

    /** A commit has failed, and the client says that the transaction may be committed. */
    record TransactionUnknown(String producer, String transaction, String error) implements HistoryEvent {}

    /** A transaction's abort has ended well. */
    record TransactionAborted(String producer, String transaction) implements HistoryEvent {}

    /** The producer's close has returned. */
    record ProducerClosed(String producer) implements HistoryEvent {}

    /** A producer was killed: nothing of it follows. */
    record ProducerCrashed(String producer) implements HistoryEvent {}

    /** A member hears that partitions are its own; before the first record of them. */
    record Assigned(String group, String member, Set<TopicPartition> partitions) implements HistoryEvent {}

    /** A member has given partitions up: its revocation callback has returned. */
    record Revoked(String group, String member, Set<TopicPartition> partitions) implements HistoryEvent {}

    /** A member hears that it has lost partitions. */
    record Lost(String group, String member, Set<TopicPartition> partitions) implements HistoryEvent {}

    /** A member was killed: nothing of it follows. */
    record Crashed(String group, String member) implements HistoryEvent {}

    /** A member's close has returned. */
    record MemberClosed(String group, String member) implements HistoryEvent {}

    /** The application has set a position. */
    record Positioned(String group, String member, TopicPartition partition, long offset) implements HistoryEvent {}

    /** The application wants no records of the partition, until it says otherwise or the partition is assigned anew. */
    record Paused(String group, String member, TopicPartition partition) implements HistoryEvent {}

    /** The application wants records of the partition again. */
    record Resumed(String group, String member, TopicPartition partition) implements HistoryEvent {}

    /** The application has gone back to what its group has committed: what it did with the records behind that was taken back. */
    record Rewound(String group, String member, Set<TopicPartition> partitions) implements HistoryEvent {}

    /** The application got a record. */
    record Delivered(
            String group, String member, TopicPartition partition, long offset, String recordName, long checksum)
            implements HistoryEvent {}

    /** The application is done with a record. */
    record Done(String group, String member, TopicPartition partition, long offset) implements HistoryEvent {}

    /**
     * A handler begins with a record.
     *
     * @param lane the key or whatever else it shares with the records of its partition that it must be handled in order with
     */
    record HandlingBegan(String group, String member, TopicPartition partition, long offset, String lane)
            implements HistoryEvent {}

    /** A handler has failed; the record is to be handled again. If it does not fail, the application is done with the record. */
    record HandlingFailed(String group, String member, TopicPartition partition, long offset) implements HistoryEvent {}

    /** The application asks to commit. */
    record CommitInvoked(String group, String member, int commitNumber, Map<TopicPartition, Long> offsets)
            implements HistoryEvent {}

    /** A commit has ended well. */
    record CommitOk(String group, String member, int commitNumber) implements HistoryEvent {}

    /** A commit has failed; it may have been stored all the same. */
    record CommitFailed(String group, String member, int commitNumber, String error) implements HistoryEvent {}

    /** An application makes a call that has to end by a deadline. */
    record CallBegan(String caller, String call, Duration deadline) implements HistoryEvent {}

    /** The call has ended, well or not. */
    record CallEnded(String caller, String call) implements HistoryEvent {}

    /** A client opens a connection to a broker. */
    record Connecting(String client, int nodeId) implements HistoryEvent {}

    /** A client's request has arrived at a broker. The API has Kafka's name: {@code METADATA}. */
    record Asked(String client, int nodeId, String api) implements HistoryEvent {}

    /** A client's request has arrived at a broker with a batch whose bytes are not what its checksum says. */
    record SentDamaged(String client, int nodeId, int partition) implements HistoryEvent {}

    /** An event loop of a client could do nothing else for this long. */
    record LoopHeldUp(String client, Duration duration) implements HistoryEvent {}

    /** What a client that was closed has not given back: so many buffers' bytes, connections and the like. */
    record LeftOver(String client, String what, long count) implements HistoryEvent {}

    /** A client was given something that nobody else may see. */
    record SecretGiven(String client, String secret) implements HistoryEvent {}

    /** What a client says, of itself or of a failure, to everybody who asks or looks into its log. */
    record Told(String client, String text) implements HistoryEvent {}

    /** Something goes wrong on purpose. */
    record FaultBegan(String fault) implements HistoryEvent {}

    /** Nothing goes wrong any more. */
    record Healed() implements HistoryEvent {}

    /** The truth about the log: what lies at an offset. Told when the load has ended, in the order of offsets. */
    record LogRecord(TopicPartition partition, long offset, String recordName, long checksum) implements HistoryEvent {}

    /** The truth about the log: a marker has ended a transaction with these records. Told after all records of the log. */
    record LogMarker(TopicPartition partition, long offset, boolean isCommit, Set<String> recordNames)
            implements HistoryEvent {}

    /** The truth about the log: no marker has ended a transaction with these records, the first of them at this offset. */
    record LogOpen(TopicPartition partition, long firstOffset, Set<String> recordNames) implements HistoryEvent {}

    /** The truth about a group: what the coordinator has stored now. */
    record CommittedOffset(String group, TopicPartition partition, long offset) implements HistoryEvent {}

    /** The load has ended, and everything had time to come to rest: what was promised to happen has happened. */
    record Settled() implements HistoryEvent {}
}
