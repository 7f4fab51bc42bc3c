package dev.ottla.producer;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.InvalidOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Checks {@link TopicOptions}, as {@code ProducerOptions} checks those of the producer; adds to what is wrong already. */
record TopicOptionRules(Map<String, TopicOptions> topics, List<InvalidOption> problems) {

    /** What can be said without knowing the producer's options, which may be wrong themselves. */
    void checkAlone() {
        topics.forEach((topic, own) -> {
            if (topic.isEmpty()) {
                problems.add(new InvalidOption("topicOptions", "the name of a topic must not be empty"));
            }
            if (own.linger().isPresent() && own.linger().get().isNegative()) {
                add("linger.ms", topic, own.linger().get() + " must not be negative");
            }
            if (own.batchSize().isPresent() && own.batchSize().get().bytes() > Integer.MAX_VALUE) {
                add("batch.size", topic, own.batchSize().get() + " must be below 2 GiB");
            }
            if (own.maxBatchRecords().isPresent() && own.maxBatchRecords().getAsInt() < 1) {
                add(
                        "ottla.max.batch.records",
                        topic,
                        "must be at least 1, was " + own.maxBatchRecords().getAsInt());
            }
        });
    }

    /** What must go together with the producer's options. */
    void checkWith(ProducerOptions options, ClientOptions client) {
        topics.forEach((topic, own) -> {
            own.acks().ifPresent(acks -> checkAcks(topic, acks, options));
            own.linger().ifPresent(linger -> checkLinger(topic, linger, options, client));
            own.batchSize().ifPresent(size -> checkBatchSize(topic, size, options));
        });
    }

    private void checkAcks(String topic, Acks acks, ProducerOptions options) {
        if (options.idempotence() && acks != Acks.ALL) {
            add("acks", topic, "must be all with enable.idempotence, which is on unless it is set to false");
        }
    }

    private void checkLinger(String topic, Duration linger, ProducerOptions options, ClientOptions client) {
        if (linger.plus(client.requestTimeout()).compareTo(options.deliveryTimeout()) > 0) {
            add(
                    "linger.ms",
                    topic,
                    linger + " with request.timeout.ms (" + client.requestTimeout()
                            + ") must not exceed delivery.timeout.ms (" + options.deliveryTimeout() + ")");
        }
    }

    private void checkBatchSize(String topic, ByteSize size, ProducerOptions options) {
        if (size.compareTo(options.bufferMemory()) > 0) {
            add("batch.size", topic, size + " must not exceed buffer.memory (" + options.bufferMemory() + ")");
        }
    }

    private void add(String key, String topic, String problem) {
        problems.add(new InvalidOption(key, problem + " (of topic \"" + topic + "\")"));
    }
}
