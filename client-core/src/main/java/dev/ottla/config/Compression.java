package dev.ottla.config;

import java.util.Locale;

/**
 * How a producer compresses its record batches ({@code compression.type}, {@code compression.gzip.level},
 * {@code compression.lz4.level}, {@code compression.zstd.level}; KIP-390 for the levels). Immutable.
 *
 * <p>snappy, lz4 and zstd need their library on the class path; gzip comes with the JDK. A batch that a codec can not
 * make smaller is sent as it is.
 */
public sealed interface Compression {

    /** The name in {@code compression.type}: none, gzip, snappy, lz4 or zstd. */
    String codecName();

    /** No compression. The default. */
    static Compression none() {
        return new None();
    }

    /** gzip at zlib's default level. */
    static Compression gzip() {
        return new Gzip(Gzip.DEFAULT_LEVEL);
    }

    /** gzip at a level from 1 (fastest) to 9 (smallest), or -1 for zlib's default. */
    static Compression gzip(int level) {
        return new Gzip(level);
    }

    /** snappy, which has no levels. */
    static Compression snappy() {
        return new Snappy();
    }

    /** lz4 at the fast level that Kafka takes by default, 9. */
    static Compression lz4() {
        return new Lz4(Lz4.DEFAULT_LEVEL);
    }

    /** lz4 at a level from 1 to 17. */
    static Compression lz4(int level) {
        return new Lz4(level);
    }

    /** zstd at level 3. */
    static Compression zstd() {
        return new Zstd(Zstd.DEFAULT_LEVEL);
    }

    /** zstd at a level from -131072 (fastest) to 22 (smallest). */
    static Compression zstd(int level) {
        return new Zstd(level);
    }

    /**
     * The codec with this name, at its default level. Upper and lower case are the same.
     *
     * @throws IllegalArgumentException if it is none of none, gzip, snappy, lz4 and zstd
     */
    static Compression parse(String codecName) {
        return switch (codecName.toLowerCase(Locale.ROOT)) {
            case "none" -> none();
            case "gzip" -> gzip();
            case "snappy" -> snappy();
            case "lz4" -> lz4();
            case "zstd" -> zstd();
            default ->
                throw new IllegalArgumentException(
                        "compression must be one of none, gzip, snappy, lz4, zstd; was " + codecName);
        };
    }

    /** No compression. */
    record None() implements Compression {
        @Override
        public String codecName() {
            return "none";
        }
    }

    /**
     * gzip (RFC 1952).
     *
     * @param level from 1 (fastest) to 9 (smallest), or -1 for zlib's default
     */
    record Gzip(int level) implements Compression {
        /** zlib's own default, -1: the same as 6. */
        public static final int DEFAULT_LEVEL = -1;

        /**
         * Checks the level.
         *
         * @throws IllegalArgumentException if the level is out of range
         */
        public Gzip {
            if (level != DEFAULT_LEVEL && (level < 1 || level > 9)) {
                throw new IllegalArgumentException("gzip level must be -1 or from 1 to 9, was " + level);
            }
        }

        @Override
        public String codecName() {
            return "gzip";
        }
    }

    /** snappy, in the framing of its Java library, which Kafka uses. */
    record Snappy() implements Compression {
        @Override
        public String codecName() {
            return "snappy";
        }
    }

    /**
     * lz4, in its frame format.
     *
     * @param level from 1 to 17; 9 stands for the fast compressor, every other level for the high compressor
     */
    record Lz4(int level) implements Compression {
        /** Kafka's default, 9: the fast compressor. */
        public static final int DEFAULT_LEVEL = 9;

        /**
         * Checks the level.
         *
         * @throws IllegalArgumentException if the level is out of range
         */
        public Lz4 {
            if (level < 1 || level > 17) {
                throw new IllegalArgumentException("lz4 level must be from 1 to 17, was " + level);
            }
        }

        @Override
        public String codecName() {
            return "lz4";
        }
    }

    /**
     * zstd (RFC 8878).
     *
     * @param level from -131072 (fastest) to 22 (smallest); 0 stands for the default
     */
    record Zstd(int level) implements Compression {
        /** Kafka's and zstd's default, 3. */
        public static final int DEFAULT_LEVEL = 3;

        private static final int LEVEL_MIN = -131072;
        private static final int LEVEL_MAX = 22;

        /**
         * Checks the level.
         *
         * @throws IllegalArgumentException if the level is out of range
         */
        public Zstd {
            if (level < LEVEL_MIN || level > LEVEL_MAX) {
                throw new IllegalArgumentException(
                        "zstd level must be from " + LEVEL_MIN + " to " + LEVEL_MAX + ", was " + level);
            }
        }

        @Override
        public String codecName() {
            return "zstd";
        }
    }
}
