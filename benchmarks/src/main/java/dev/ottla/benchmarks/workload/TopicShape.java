package dev.ottla.benchmarks.workload;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in a benchmark topic. It is told by the topic's name, so that a null broker needs no further configuration: such as
 * {@code p6-k0-v100-none-r595-b1000-d0}.
 *
 * @param partitions how many partitions there are
 * @param keyBytes the length of each key; 0 for no key
 * @param valueBytes the length of each value
 * @param codec the compression of the canned batches, as {@code compression.type} has it
 * @param recordsPerBatch how many records a canned batch has
 * @param batchesPerPartition how many batches can be fetched from each partition
 * @param ackDelayMillis how long a null broker waits before it acknowledges what is produced
 */
public record TopicShape(
        int partitions,
        int keyBytes,
        int valueBytes,
        String codec,
        int recordsPerBatch,
        int batchesPerPartition,
        int ackDelayMillis) {
    private static final Pattern NAME =
            Pattern.compile("p(\\d+)-k(\\d+)-v(\\d+)-(none|gzip|snappy|lz4|zstd)-r(\\d+)-b(\\d+)-d(\\d+)(-.*)?");

    private static final String PACED = "-paced-";

    /** Lengths, deltas and attributes of a record with short key and value, besides those two. */
    private static final int RECORD_OVERHEAD_BYTES = 9;

    /** A topic to produce to: nothing can be fetched from it. */
    public static TopicShape empty(int partitions) {
        return new TopicShape(partitions, 0, 0, "none", 1, 0, 0);
    }

    /**
     * A topic to fetch from, with at least so many records in all, in batches of about so many bytes before compression.
     *
     * @param recordsMin rounded up to a whole number of batches for every partition
     */
    public static TopicShape filled(
            int partitions, int keyBytes, int valueBytes, String codec, int batchBytes, long recordsMin) {
        int recordsPerBatch = Math.max(1, batchBytes / (keyBytes + valueBytes + RECORD_OVERHEAD_BYTES));
        long perRow = (long) partitions * recordsPerBatch;
        int batches = Math.toIntExact((recordsMin + perRow - 1) / perRow);
        return new TopicShape(partitions, keyBytes, valueBytes, codec, recordsPerBatch, batches, 0);
    }

    /**
     * Reads a topic's name.
     *
     * @throws IllegalArgumentException if it does not follow the pattern
     */
    public static TopicShape parse(String topic) {
        Matcher matcher = NAME.matcher(topic);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not the name of a benchmark topic: " + topic);
        }
        return new TopicShape(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4),
                Integer.parseInt(matcher.group(5)),
                Integer.parseInt(matcher.group(6)),
                Integer.parseInt(matcher.group(7)));
    }

    /**
     * A topic whose records appear only when a null broker is told so, one by one at a given pace: record number n, counted
     * from 0, in partition n modulo their number.
     */
    public static TopicShape paced(int partitions, int valueBytes, int recordsMax) {
        return new TopicShape(partitions, 0, valueBytes, "none", 1, recordsMax / partitions + 1, 0);
    }

    /** The name of a paced topic of this shape, one for each owner. */
    public String pacedTopic(String owner) {
        return topic() + PACED + owner;
    }

    /** Whether a topic of this name is paced. */
    public static boolean isPaced(String topic) {
        return topic.contains(PACED);
    }

    /** Whether a topic's name follows the pattern. */
    public static boolean isName(String topic) {
        return NAME.matcher(topic).matches();
    }

    /** The name that {@link #parse} reads. */
    public String topic() {
        return "p" + partitions + "-k" + keyBytes + "-v" + valueBytes + "-" + codec + "-r" + recordsPerBatch + "-b"
                + batchesPerPartition + "-d" + ackDelayMillis;
    }

    /** The same, acknowledged late. */
    public TopicShape withAckDelay(int millis) {
        return new TopicShape(partitions, keyBytes, valueBytes, codec, recordsPerBatch, batchesPerPartition, millis);
    }

    /** The offset after the last record of each partition. */
    public long endOffset() {
        return (long) recordsPerBatch * batchesPerPartition;
    }

    /** How many records can be fetched from all partitions. */
    public long records() {
        return partitions * endOffset();
    }
}
