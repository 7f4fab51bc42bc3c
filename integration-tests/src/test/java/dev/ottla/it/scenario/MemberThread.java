package dev.ottla.it.scenario;

import static org.awaitility.Awaitility.await;

import dev.ottla.KafkaClient;
import dev.ottla.testkit.history.History;
import java.time.Duration;

/** A {@link RecordedMember} on a thread and a client of its own. */
final class MemberThread implements AutoCloseable {
    private final Thread thread;
    private volatile boolean isOver;

    private MemberThread(
            History history, String bootstrapServers, GroupMode mode, String group, String name, String topic) {
        this.thread = new Thread(
                () -> {
                    try (KafkaClient client = KafkaClient.connect(mode.clientOptions(bootstrapServers))) {
                        new RecordedMember(mode, group, name, history::add).run(client, topic, () -> isOver);
                    }
                },
                name);
    }

    /** Lets it join. */
    static MemberThread start(
            History history, String bootstrapServers, GroupMode mode, String group, String name, String topic) {
        MemberThread member = new MemberThread(history, bootstrapServers, mode, group, name, topic);
        member.thread.start();
        return member;
    }

    /** Waits until it has left. */
    @Override
    public void close() {
        isOver = true;
        await().atMost(Duration.ofSeconds(60)).until(() -> !thread.isAlive());
    }
}
