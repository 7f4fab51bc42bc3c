package dev.ottla.internal.record.compression;

import dev.ottla.config.Compression;
import dev.ottla.errors.MissingCodecException;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.function.Supplier;

/**
 * Finds the codec for an option or a number on the wire. A codec's classes are touched when it is first asked for and not
 * before, so that the client runs without the optional libraries.
 */
@ThreadSafe
final class Codecs {
    private static final String SNAPPY_ARTIFACT = "org.xerial.snappy:snappy-java";
    private static final String LZ4_ARTIFACT = "at.yawk.lz4:lz4-java";
    private static final String ZSTD_ARTIFACT = "com.github.luben:zstd-jni";

    private Codecs() {}

    static CompressionType typeOf(Compression compression) {
        if (compression instanceof Compression.Gzip) {
            return CompressionType.GZIP;
        } else if (compression instanceof Compression.Snappy) {
            return CompressionType.SNAPPY;
        } else if (compression instanceof Compression.Lz4) {
            return CompressionType.LZ4;
        } else if (compression instanceof Compression.Zstd) {
            return CompressionType.ZSTD;
        }
        return CompressionType.NONE;
    }

    static Compressor newCompressor(Compression compression) {
        if (compression instanceof Compression.Gzip gzip) {
            return new GzipCompressor(gzip.level());
        } else if (compression instanceof Compression.Snappy) {
            return load("snappy", SNAPPY_ARTIFACT, () -> new SnappyCompressor());
        } else if (compression instanceof Compression.Lz4 lz4) {
            return load("lz4", LZ4_ARTIFACT, () -> new Lz4Compressor(lz4.level()));
        } else if (compression instanceof Compression.Zstd zstd) {
            return load("zstd", ZSTD_ARTIFACT, () -> new ZstdCompressor(zstd.level()));
        }
        throw new IllegalArgumentException("not a codec: " + compression);
    }

    static Decompressor newDecompressor(CompressionType type) {
        return switch (type) {
            case GZIP -> new GzipDecompressor();
            case SNAPPY -> load("snappy", SNAPPY_ARTIFACT, () -> new SnappyDecompressor());
            case LZ4 -> load("lz4", LZ4_ARTIFACT, () -> new Lz4Decompressor());
            case ZSTD -> load("zstd", ZSTD_ARTIFACT, () -> new ZstdDecompressor());
            case NONE -> throw new IllegalArgumentException("not a codec: " + type);
        };
    }

    /** To be called with a lambda: a constructor reference would link the class, and fail, before this method is entered. */
    private static <T> T load(String codec, String artifact, Supplier<T> newInstance) {
        try {
            return newInstance.get();
        } catch (LinkageError e) {
            // A missing class, or a native library that does not load on this machine.
            throw new MissingCodecException(codec, artifact, e);
        }
    }
}
