package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.KafkaClient;
import dev.ottla.config.GroupProtocol;
import dev.ottla.testkit.history.HistoryEvent;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** The process behind {@link MemberProcess}: tells events as lines, and waits for a line in answer to each. */
final class MemberMain {
    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    private MemberMain() {}

    /** Runs until it is killed, or its parent is no more. Arguments: bootstrap servers, protocol, group, member, topic. */
    public static void main(String[] args) {
        GroupMode mode = GroupMode.of(GroupProtocol.valueOf(args[1]));
        try (KafkaClient client = KafkaClient.connect(args[0])) {
            new RecordedMember(mode, args[2], args[3], MemberMain::tell).run(client, args[4], () -> false);
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
