package dev.ottla.common;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number of bytes. Immutable. Units are binary: one KiB is 1024 bytes.
 *
 * @param bytes the number, at least 0
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {

    /** No bytes. */
    public static final ByteSize ZERO = new ByteSize(0);

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final Pattern TEXT = Pattern.compile("(\\d+)\\s*(b|kib|mib|gib)?");

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("size must be at least 0 bytes, was " + bytes);
        }
    }

    /** So many bytes. */
    public static ByteSize bytes(long count) {
        return new ByteSize(count);
    }

    /** So many times 1024 bytes. */
    public static ByteSize kib(long count) {
        return new ByteSize(Math.multiplyExact(count, KIB));
    }

    /** So many times 1024 KiB. */
    public static ByteSize mib(long count) {
        return new ByteSize(Math.multiplyExact(count, MIB));
    }

    /** So many times 1024 MiB. */
    public static ByteSize gib(long count) {
        return new ByteSize(Math.multiplyExact(count, GIB));
    }

    /**
     * Reads a number with an optional unit {@code B}, {@code KiB}, {@code MiB} or {@code GiB}: {@code "16384"},
     * {@code "64 KiB"}. A number alone counts bytes, as Kafka's keys do.
     *
     * @throws IllegalArgumentException if the text is something else, or more than a long can hold
     */
    public static ByteSize parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "not a size: \"" + text + "\"; write bytes, or a number with KiB, MiB or GiB");
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(matcher.group(1)), unitBytes(matcher.group(2))));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("size is too large: " + text, e);
        }
    }

    private static long unitBytes(@Nullable String unit) {
        if (unit == null) {
            return 1;
        }
        return switch (unit) {
            case "kib" -> KIB;
            case "mib" -> MIB;
            case "gib" -> GIB;
            default -> 1;
        };
    }

    /**
     * The number for an API that counts in ints.
     *
     * @throws ArithmeticException if it is more than {@link Integer#MAX_VALUE}
     */
    public int toIntExact() {
        return Math.toIntExact(bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The number in the largest unit that divides it: {@code 64 KiB}, {@code 1000 B}. */
    @Override
    public String toString() {
        if (bytes == 0 || bytes % KIB != 0) {
            return bytes + " B";
        }
        if (bytes % MIB != 0) {
            return bytes / KIB + " KiB";
        }
        return bytes % GIB != 0 ? bytes / MIB + " MiB" : bytes / GIB + " GiB";
    }
}
