package dev.ottla.it.scenario;

import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.RealBroker;
import dev.ottla.testkit.RealKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/** When those brokers that are left have a leader in place of one that is gone, as kafka-clients' admin hears of it. */
final class Election {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A look may ask the one that is gone as well, and the next one not. */
    private static final int ANSWER_MILLIS = 2_000;

    private Election() {}

    /** Waits until another broker leads the partition. */
    static void awaitSuccessor(RealKafka brokers, RealBroker gone, TopicPartition partition) {
        String others = brokers.brokers().stream()
                .filter(broker -> broker.id() != gone.id())
                .map(RealBroker::address)
                .collect(Collectors.joining(","));
        await().atMost(PATIENCE).until(() -> isLedByAnother(others, gone, partition));
    }

    /** Each look has an admin of its own: one that waits for a broker that hangs may go on asking it. */
    private static boolean isLedByAnother(String others, RealBroker gone, TopicPartition partition)
            throws InterruptedException {
        Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                others,
                "request.timeout.ms",
                ANSWER_MILLIS,
                "default.api.timeout.ms",
                ANSWER_MILLIS));
        try {
            Node leader = admin.describeTopics(List.of(partition.topic()))
                    .allTopicNames()
                    .get(2 * ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                    .get(partition.topic())
                    .partitions()
                    .get(partition.partition())
                    .leader();
            return leader != null && leader.id() != Node.noNode().id() && leader.id() != gone.id();
        } catch (ExecutionException | TimeoutException e) {
            // Asked too late or the wrong one; the next time another may answer.
            return false;
        } finally {
            admin.close(Duration.ZERO);
        }
    }
}
