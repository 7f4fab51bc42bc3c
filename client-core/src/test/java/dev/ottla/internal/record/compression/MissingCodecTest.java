package dev.ottla.internal.record.compression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.Compression;
import dev.ottla.errors.MissingCodecException;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class MissingCodecTest {
    private static final String OPTIONAL_JARS = ".*(lz4-java|snappy-java|zstd-jni)-[^/]*\\.jar";

    @Test
    @SuppressWarnings("unchecked") // JDK types only cross the class loaders
    void should_name_artifact_to_add_and_run_without_it() throws Exception {
        try (URLClassLoader withoutCodecs = withoutCodecs()) {
            Class<?> probe = withoutCodecs.loadClass(Probe.class.getName());

            Map<String, String> outcomes = ((Supplier<Map<String, String>>)
                            probe.getDeclaredConstructor().newInstance())
                    .get();

            assertThat(outcomes)
                    .containsEntry("none", "works")
                    .containsEntry("gzip", "works")
                    .containsEntry("gzip read", "works")
                    .containsEntry("snappy", "org.xerial.snappy:snappy-java")
                    .containsEntry("snappy read", "org.xerial.snappy:snappy-java")
                    .containsEntry("lz4", "at.yawk.lz4:lz4-java")
                    .containsEntry("lz4 read", "at.yawk.lz4:lz4-java")
                    .containsEntry("zstd", "com.github.luben:zstd-jni")
                    .containsEntry("zstd read", "com.github.luben:zstd-jni");
        }
    }

    private static URLClassLoader withoutCodecs() throws IOException {
        URL[] classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.matches(OPTIONAL_JARS))
                .map(MissingCodecTest::toUrl)
                .toArray(URL[]::new);
        return new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    private static URL toUrl(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs in the class loader that lacks the libraries. */
    public static final class Probe implements Supplier<Map<String, String>> {
        private final Map<String, String> outcomes = new TreeMap<>();

        @Override
        public Map<String, String> get() {
            for (String name : new String[] {"none", "gzip", "snappy", "lz4", "zstd"}) {
                record(
                        name,
                        () -> BatchCompressor.of(Compression.parse(name), UnpooledByteBufAllocator.DEFAULT)
                                .close());
            }
            for (CompressionType type : CompressionType.values()) {
                if (type != CompressionType.NONE) {
                    record(type.name().toLowerCase(java.util.Locale.ROOT) + " read", () -> read(type));
                }
            }
            return outcomes;
        }

        private void record(String what, Runnable action) {
            try {
                action.run();
                outcomes.put(what, "works");
            } catch (MissingCodecException e) {
                outcomes.put(what, e.artifact());
            }
        }

        private static void read(CompressionType type) {
            try (BatchDecompressor decompressor = new BatchDecompressor(100, UnpooledByteBufAllocator.DEFAULT)) {
                decompressor.decompress(type, ByteBuffer.allocateDirect(0));
            } catch (DecompressionException e) {
                // nothing to read is malformed, but the codec was there
            }
        }
    }
}
