package dev.ottla.config;

import java.util.List;

/** How {@code compression.type} and the three levels are read. */
final class CompressionType {
    private static final List<String> NAMES = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private CompressionType() {}

    static ValueType<Compression> type() {
        String names = String.join(", ", NAMES);
        return new ValueType<>(
                "one of " + names,
                text -> {
                    ValueTypes.require(NAMES.contains(text), "must be one of " + names);
                    return Compression.parse(text);
                },
                ValueType.Check.none(),
                Compression::codecName,
                false);
    }

    /** The codec at the level that its own key has. */
    static Compression withLevel(OptionValues values) {
        Compression compression = values.get(ProducerKeys.COMPRESSION_TYPE);
        if (compression instanceof Compression.Gzip) {
            return Compression.gzip(values.get(ProducerKeys.GZIP_LEVEL));
        }
        if (compression instanceof Compression.Lz4) {
            return Compression.lz4(values.get(ProducerKeys.LZ4_LEVEL));
        }
        if (compression instanceof Compression.Zstd) {
            return Compression.zstd(values.get(ProducerKeys.ZSTD_LEVEL));
        }
        return compression;
    }

    /** Sets the codec, and the level in its own key. */
    static void set(OptionDraft draft, Compression compression) {
        draft.set(ProducerKeys.COMPRESSION_TYPE, compression);
        if (compression instanceof Compression.Gzip gzip) {
            draft.set(ProducerKeys.GZIP_LEVEL, gzip.level());
        }
        if (compression instanceof Compression.Lz4 lz4) {
            draft.set(ProducerKeys.LZ4_LEVEL, lz4.level());
        }
        if (compression instanceof Compression.Zstd zstd) {
            draft.set(ProducerKeys.ZSTD_LEVEL, zstd.level());
        }
    }

    static ValueType<Integer> gzipLevel() {
        return ValueTypes.integer(-1, 9).where(level -> ValueTypes.require(level != 0, "must be 1 to 9, or -1"));
    }
}
