package dev.ottla.benchmarks.workload;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Keys and values, made before the clock runs and the same for all peers: text like that of a small JSON document. */
public final class Payloads {
    /** How many different values are sent in turn. */
    public static final int COUNT = 4096;

    private static final long SEED = 42;
    private static final String[] WORDS = {
        "order", "customer", "amount", "currency", "EUR", "status", "paid", "open", "address", "street", "city", "items"
    };

    private Payloads() {}

    /** Values of exactly so many bytes: ASCII, about four letters in ten of them the same in all. */
    public static byte[][] values(int bytes) {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[][] values = new byte[bytes > 16 * 1024 ? 64 : COUNT][];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(random, bytes);
        }
        return values;
    }

    /** Keys of so many bytes, random letters. */
    public static byte[][] keys(int bytes) {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        byte[][] keys = new byte[COUNT][bytes];
        for (byte[] key : keys) {
            for (int i = 0; i < bytes; i++) {
                key[i] = (byte) ('a' + random.nextInt(26));
            }
        }
        return keys;
    }

    private static byte[] value(SplittableRandom random, int bytes) {
        StringBuilder text = new StringBuilder(bytes + 64);
        text.append('{');
        while (text.length() < bytes) {
            text.append('"')
                    .append(WORDS[random.nextInt(WORDS.length)])
                    .append("\":")
                    .append(random.nextInt(1_000_000_000))
                    .append(',');
        }
        text.setLength(bytes);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
