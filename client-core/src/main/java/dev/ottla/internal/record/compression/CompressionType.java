package dev.ottla.internal.record.compression;

import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/** The codecs by their number in the attributes of a batch. */
@Immutable
public enum CompressionType {
    /** Not compressed. */
    NONE(0),
    /** RFC 1952. */
    GZIP(1),
    /** In the framing of snappy-java, or one raw block. */
    SNAPPY(2),
    /** In the lz4 frame format. */
    LZ4(3),
    /** RFC 8878 (KIP-110). */
    ZSTD(4);

    private final int id;

    CompressionType(int id) {
        this.id = id;
    }

    /** The number on the wire. */
    public int id() {
        return id;
    }

    /** The codec with this number; null if there is none. */
    public static @Nullable CompressionType ofId(int id) {
        return switch (id) {
            case 0 -> NONE;
            case 1 -> GZIP;
            case 2 -> SNAPPY;
            case 3 -> LZ4;
            case 4 -> ZSTD;
            default -> null;
        };
    }
}
