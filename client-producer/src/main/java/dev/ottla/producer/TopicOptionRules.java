package dev.ottla.producer;

import dev.ottla.common.ByteSize;
import dev.ottla.config.Acks;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ProducerOptions;
import dev.ottla.errors.InvalidOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Checks a producer's {@link TopicOptions} against its other options, as {@code ProducerOptions} checks those. */
record TopicOptionRules(ProducerOptions options, ClientOptions client, List<InvalidOption> problems) {

    void check(Map<String, TopicOptions> topics) {
        topics.forEach((topic, own) -> {
            if (topic.isEmpty()) {
                problems.add(new InvalidOption("topicOptions", "the name of the topic must not be empty"));
            }
            own.acks().ifPresent(acks -> checkAcks(topic, acks));
            own.linger().ifPresent(linger -> checkLinger(topic, linger));
            own.batchSize().ifPresent(size -> checkBatchSize(topic, size));
        });
    }

    private void checkAcks(String topic, Acks acks) {
        if (options.idempotence() && acks != Acks.ALL) {
            add("acks", topic, "must be all with enable.idempotence, which is on; set it to false");
        }
    }

    private void checkLinger(String topic, Duration linger) {
        Duration least = linger.plus(client.requestTimeout());
        if (linger.isNegative()) {
            add("linger.ms", topic, linger + " must not be negative");
        } else if (least.compareTo(options.deliveryTimeout()) > 0) {
            add(
                    "linger.ms",
                    topic,
                    linger + " and request.timeout.ms (" + client.requestTimeout()
                            + ") together must not exceed delivery.timeout.ms (" + options.deliveryTimeout() + ")");
        }
    }

    private void checkBatchSize(String topic, ByteSize size) {
        if (size.compareTo(options.bufferMemory()) > 0) {
            add("batch.size", topic, size + " must not exceed buffer.memory (" + options.bufferMemory() + ")");
        } else if (size.bytes() > Integer.MAX_VALUE) {
            add("batch.size", topic, size + " must be below 2 GiB");
        }
    }

    private void add(String key, String topic, String problem) {
        problems.add(new InvalidOption(key, problem + " (for topic \"" + topic + "\")"));
    }
}
