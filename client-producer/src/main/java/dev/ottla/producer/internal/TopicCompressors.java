package dev.ottla.producer.internal;

import dev.ottla.config.Compression;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The compressors of a producer: one kind, unless topics are compressed in ways of their own. Made with it, for any thread. */
@ThreadSafe
final class TopicCompressors {
    private final Compression compression;
    private final BatchCompressors ofMost;
    private final Map<Compression, BatchCompressors> others;

    /**
     * All codecs are looked for here.
     *
     * @throws dev.ottla.errors.MissingCodecException if a codec's library is not on the class path
     */
    TopicCompressors(SendingOptions options) {
        this.compression = options.compression();
        this.ofMost = new BatchCompressors(compression);
        Map<Compression, BatchCompressors> ofTopics = new HashMap<>();
        options.ofTopics()
                .values()
                .forEach(topic -> ofTopics.computeIfAbsent(topic.compression(), BatchCompressors::new));
        this.others = Map.copyOf(ofTopics);
    }

    BatchCompressors of(SendingOptions topic) {
        return topic.compression().equals(compression)
                ? ofMost
                : Objects.requireNonNull(others.get(topic.compression()));
    }

    /** Frees native memory; compressors in use are freed when they come back. */
    void close() {
        ofMost.close();
        others.values().forEach(BatchCompressors::close);
    }
}
