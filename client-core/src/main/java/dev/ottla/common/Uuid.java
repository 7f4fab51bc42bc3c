package dev.ottla.common;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/**
 * An identifier in the form that Kafka prints: 22 characters of URL-safe base64. Topic ids and cluster ids look so.
 * Immutable; ordered as Kafka orders them, by signed comparison of the upper and then of the lower half.
 *
 * @param mostSignificantBits the upper half
 * @param leastSignificantBits the lower half
 */
public record Uuid(long mostSignificantBits, long leastSignificantBits) implements Comparable<Uuid> {

    /** All bits zero: where the protocol has no null, it means "no id". */
    public static final Uuid ZERO = new Uuid(0, 0);

    private static final int BYTES = 2 * Long.BYTES;

    /** The same 128 bits as the JDK holds them. */
    public static Uuid of(UUID uuid) {
        return new Uuid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    /**
     * Reads the form that {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if the text is not URL-safe base64 of exactly 16 bytes
     */
    public static Uuid parse(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
        if (bytes.remaining() != BYTES) {
            throw new IllegalArgumentException(
                    "uuid must be base64 of " + BYTES + " bytes, has " + bytes.remaining() + ": " + text);
        }
        return new Uuid(bytes.getLong(), bytes.getLong());
    }

    /** The same 128 bits for the JDK. */
    public UUID toUuid() {
        return new UUID(mostSignificantBits, leastSignificantBits);
    }

    @Override
    public int compareTo(Uuid other) {
        int upper = Long.compare(mostSignificantBits, other.mostSignificantBits);
        return upper != 0 ? upper : Long.compare(leastSignificantBits, other.leastSignificantBits);
    }

    @Override
    public String toString() {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(mostSignificantBits)
                .putLong(leastSignificantBits)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
