package dev.ottla.it.conformance;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.Ints;
import dev.ottla.internal.protocol.Longs;
import dev.ottla.internal.protocol.TaggedFields;
import dev.ottla.internal.record.RecordBatchHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Answers as text in which nothing is left that differs from run to run: ids are numbered as they first appear, points in time,
 * addresses and the words of messages are left out, and errors have their names.
 */
final class Transcript {
    private static final Set<String> TIMES =
            Set.of("logAppendTimeMs", "transactionStartTimeMs", "lastTimestamp", "sessionLifetimeMs");
    private static final Set<String> ADDRESSES = Set.of("host", "port", "clientHost", "clusterId", "rack");

    /** How the words of a message read is no part of the protocol; whether there is one is. */
    private static final Set<String> MESSAGES = Set.of("errorMessage", "batchIndexErrorMessage");

    private static final Pattern UUIDS = Pattern.compile(
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![\\w-])[\\w-]{22}(?![\\w-])");

    private final Map<String, String> names = new HashMap<>();

    /** The text of an answer. */
    String of(Object answer) {
        return value("", answer);
    }

    private String value(String name, Object value) {
        if (value == null) {
            return "null";
        }
        if (TIMES.contains(name)) {
            return ((Number) value).longValue() < 0 ? "none" : "some time";
        }
        if (ADDRESSES.contains(name)) {
            return "...";
        }
        if (MESSAGES.contains(name)) {
            return ((String) value).isEmpty() ? "empty" : "some words";
        }
        if (value instanceof Short code && name.toLowerCase(Locale.ROOT).endsWith("errorcode")) {
            return ErrorCode.of(code).name();
        }
        if (name.equals("producerId") || name.equals("sessionId")) {
            long id = ((Number) value).longValue();
            boolean isNone = id < 0 || (id == 0 && name.equals("sessionId"));
            return isNone ? value.toString() : numbered(name, value.toString());
        }
        return plain(value);
    }

    private String plain(Object value) {
        if (value instanceof UUID id) {
            return id.equals(new UUID(0, 0)) ? "none" : numbered("id", id.toString());
        }
        if (value instanceof String text) {
            return '"' + UUIDS.matcher(text).replaceAll(match -> numbered("id", match.group())) + '"';
        }
        if (value instanceof ByteBuf bytes) {
            return bytes(bytes);
        }
        if (value instanceof Ints ints) {
            return Arrays.toString(ints.toArray());
        }
        if (value instanceof Longs longs) {
            return Arrays.toString(longs.toArray());
        }
        if (value instanceof List<?> list) {
            // Hash tables give brokers their order.
            return list.stream().map(this::plain).sorted().toList().toString();
        }
        return value instanceof Record record ? fields(record) : value.toString();
    }

    private String fields(Record record) {
        List<String> fields = new ArrayList<>();
        for (RecordComponent each : record.getClass().getRecordComponents()) {
            try {
                Object value = each.getAccessor().invoke(record);
                if (!(value instanceof TaggedFields) && !each.getName().equals("throttleTimeMs")) {
                    fields.add(each.getName() + "=" + value(each.getName(), value));
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
        return "{" + String.join(", ", fields) + "}";
    }

    private String numbered(String kind, String value) {
        return names.computeIfAbsent(kind + value, unknown -> kind + "#" + (names.size() + 1));
    }

    /** Batches by their headers, other bytes as they are. */
    private String bytes(ByteBuf bytes) {
        List<String> batches = new ArrayList<>();
        int at = bytes.readerIndex();
        while (bytes.writerIndex() - at >= RecordBatchHeader.BYTES
                && bytes.getByte(at + 16) == RecordBatchHeader.MAGIC) {
            RecordBatchHeader batch = new RecordBatchHeader().wrap(bytes, at);
            batches.add(batch.baseOffset() + "-" + batch.lastOffset() + " epoch " + batch.partitionLeaderEpoch()
                    + (batch.isControl() ? " control" : "")
                    + (batch.isTransactional() ? " transactional" : "")
                    + (batch.producerId() < 0 ? "" : " " + numbered("producerId", Long.toString(batch.producerId())))
                    + (batch.producerId() < 0 ? "" : ":" + batch.producerEpoch()));
            at += batch.sizeBytes();
        }
        return batches.isEmpty()
                ? ByteBufUtil.hexDump(bytes)
                : batches + (at < bytes.writerIndex() ? " and a part of one" : "");
    }
}
