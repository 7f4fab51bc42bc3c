package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.KafkaClient;
import dev.ottla.testkit.history.HistoryEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** The process behind {@link MemberProcess}: tells events as lines, and waits for a line in answer to each. */
final class MemberMain {
    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    private MemberMain() {}

    /** Runs until it is killed, or its parent is no more. Arguments: bootstrap servers, group, member, topic. */
    public static void main(String[] args) {
        try (KafkaClient client = KafkaClient.connect(args[0])) {
            new RecordedMember(args[1], args[2], MemberMain::tell).run(client, args[3], () -> false);
        }
    }

    private static void tell(HistoryEvent event) {
        OUT.println(EventLine.of(event));
        try {
            if (System.in.read() < 0) {
                throw new IllegalStateException("nobody listens");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
