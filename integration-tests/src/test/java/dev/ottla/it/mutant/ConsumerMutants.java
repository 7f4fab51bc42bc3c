package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong in a consumer, most of it seen in one. */
final class ConsumerMutants {
    private static final String ASSIGNMENT = "consumer/internal/offsets/Assignment";
    private static final String PROCESSED = "consumer/internal/offsets/Processed";
    private static final String COMMITS = "consumer/internal/offsets/CommitQueue";
    private static final String POSITIONS = "consumer/internal/offsets/PositionResolver";
    private static final String MEMBER = "consumer/internal/group/ClassicMember";
    private static final String HEARTBEATS = "consumer/internal/group/Heartbeats";
    private static final String WALK = "consumer/internal/delivery/RecordWalk";

    private ConsumerMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofCommits(), ofMembership(), ofReading())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> ofCommits() {
        return List.of(
                group(
                        "commit passes a gap: what was just handed out is committed",
                        "KAFKA-2942",
                        Invariant.C6,
                        new Edit(
                                PROCESSED,
                                "processed.forEach((partition, position) -> taken",
                                "processed.putAll(handedOut);\n        processed.forEach((partition, position) -> taken")),
                group(
                        "commits one offset too far",
                        "parallel-consumer #826",
                        Invariant.C2,
                        new Edit(
                                PROCESSED,
                                "                position.offset(),\n                position.leaderEpoch() >= 0",
                                "                position.offset() + 1,\n                position.leaderEpoch() >= 0")),
                group(
                        "commits overtake each other",
                        "sarama #2940",
                        Invariant.C5,
                        new Edit(
                                COMMITS,
                                "if (underWay != null || untilIdentity != null) {",
                                "if (untilIdentity != null) {")),
                group(
                        "a commit that was refused is reported as done",
                        "librdkafka 1.6.0",
                        Invariant.C8,
                        new Edit(
                                COMMITS,
                                "Map<TopicPartition, KafkaException> refusals = refusals(pending, response);",
                                "Map<TopicPartition, KafkaException> refusals = Map.of();")),
                group(
                        "a commit that was refused never ends",
                        "",
                        Invariant.I8,
                        new Edit(
                                COMMITS,
                                "!mayGoOn(pending)) {\n            pending.answer(refusals);",
                                "!mayGoOn(pending)) {")),
                group(
                        "starts at the reset policy when committed offsets can't be fetched",
                        "librdkafka #3265",
                        Invariant.C8,
                        new Edit(
                                POSITIONS,
                                "retryLater(failure, attempt, () -> fetchCommitted(group, open, otherwise, attempt + 1));",
                                "onCommitted(open, Map.of(), otherwise);")));
    }

    private static List<Mutant> ofMembership() {
        return List.of(
                group(
                        "joins again before the application has given up its partitions",
                        "",
                        Invariant.C4,
                        new Edit(
                                MEMBER,
                                "        listener.onRevoking(revoking.moved(), () -> {",
                                "        listener.onRevoking(revoking.moved(), () -> {});\n        home.execute(() -> {")),
                group(
                        "does not say that partitions were lost",
                        "franz-go 1.21.3",
                        Invariant.C4,
                        new Edit(
                                MEMBER,
                                "        listener.onIdentity(null);\n        listener.onLost(partitions);",
                                "        listener.onIdentity(null);")),
                group(
                        "ignores that it was fenced off",
                        "librdkafka 1.6.0",
                        Invariant.C4,
                        new Edit(
                                MEMBER,
                                "            case UNKNOWN_MEMBER_ID -> lose(error.toString(), false);\n            case ILLEGAL_GENERATION -> lose(error.toString(), true);",
                                "            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> heartbeats.onAnswered();"),
                        new Edit(HEARTBEATS, "fromNanos + sessionNanos;", "fromNanos + 100 * sessionNanos;")),
                group("delivers after revocation", "", Invariant.C3, deliversAlthough("slot == null")));
    }

    private static List<Mutant> ofReading() {
        return List.of(
                read("delivers from before a seek", "librdkafka #3471", Invariant.C2, deliversAlthough("slot != null")),
                read(
                        "skips the record that an answer begins with",
                        "",
                        Invariant.C2,
                        new Edit(
                                WALK,
                                "if (open.offset() >= position) {",
                                "if (open.offset() > position || position == 0) {")),
                read(
                        "delivers again what lies before the position in a batch",
                        "librdkafka 2.1.1",
                        Invariant.C2,
                        new Edit(
                                WALK,
                                "if (open.offset() >= position) {",
                                "if (open.offset() >= position || position > 0) {")));
    }

    private static Edit[] deliversAlthough(String condition) {
        return new Edit[] {
            new Edit(
                    ASSIGNMENT,
                    "                return Standing.STALE;",
                    "                return " + condition + " ? Standing.CURRENT : Standing.STALE;"),
            new Edit(
                    ASSIGNMENT,
                    "                return false;\n            }\n            slot.position = next;",
                    "                return " + condition + ";\n            }\n            slot.position = next;")
        };
    }

    private static Mutant group(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "group", breaks, List.of(edits));
    }

    private static Mutant read(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "read", breaks, List.of(edits));
    }
}
