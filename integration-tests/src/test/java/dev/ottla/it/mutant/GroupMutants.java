package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong in a group when partitions move, or only some of them do. */
final class GroupMutants {
    private static final String ASSIGNOR = "consumer/assignor/CooperativeStickyAssignor";
    private static final String CLASSIC = "consumer/internal/group/ClassicMember";
    private static final String MEMBER = "consumer/internal/group/ConsumerMember";
    private static final String ASSIGNMENT = "consumer/internal/offsets/Assignment";
    private static final String POSITIONS = "consumer/internal/offsets/PositionResolver";
    private static final String HEARTBEATS = "consumer/internal/group/ConsumerHeartbeats";

    private GroupMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofAnyKind(), cooperative(), consumer())
                .flatMap(List::stream)
                .toList();
    }

    /** What the application has asked for in one assignment, and the next. */
    private static List<Mutant> ofAnyKind() {
        return List.of(
                new Mutant(
                        "a seek survives the revocation",
                        "",
                        "group",
                        Invariant.C8,
                        List.of(
                                new Edit(
                                        ASSIGNMENT,
                                        "    private long lastFetchEpoch;\n",
                                        "    private long lastFetchEpoch;\n    final Map<TopicPartition, FetchPosition> sought = new HashMap<>();\n"),
                                new Edit(
                                        ASSIGNMENT,
                                        "            processed.onSeek(partition, position);\n",
                                        "            processed.onSeek(partition, position);\n            sought.remove(partition);\n            if (position != null) {\n                sought.put(partition, position);\n            }\n"),
                                new Edit(
                                        POSITIONS,
                                        "onFound(partition, epoch, new FetchPosition(offset.offset(), leaderEpoch));",
                                        "onFound(partition, epoch, assignment.sought.getOrDefault(partition,"
                                                + " new FetchPosition(offset.offset(), leaderEpoch)));"))),
                new Mutant(
                        "stays paused when assigned anew",
                        "",
                        "group",
                        Invariant.C7,
                        List.of(
                                new Edit(
                                        ASSIGNMENT,
                                        "    private long lastFetchEpoch;\n",
                                        "    private long lastFetchEpoch;\n    private final Set<TopicPartition> paused = new HashSet<>();\n"),
                                new Edit(
                                        ASSIGNMENT,
                                        "                    slots.put(partition, slot);",
                                        "                    slot.paused = paused.contains(partition);\n                    slots.put(partition, slot);"),
                                new Edit(
                                        ASSIGNMENT,
                                        "            slot.paused = paused;",
                                        "            slot.paused = paused;\n            boolean unused = paused ? this.paused.add(partition) : this.paused.remove(partition);"))),
                new Mutant(
                        "hands out what was fetched before the pause",
                        "",
                        "read",
                        Invariant.C9,
                        List.of(new Edit(
                                ASSIGNMENT,
                                "return slot.isStopped() ? Standing.PAUSED : Standing.CURRENT;",
                                "return slot.heldBack ? Standing.PAUSED : Standing.CURRENT;"))));
    }

    private static List<Mutant> cooperative() {
        return List.of(
                cooperative(
                        "gives away what its owner has not given up yet",
                        "KAFKA-14024",
                        Invariant.C4,
                        new Edit(
                                ASSIGNOR,
                                "return !others.isEmpty() && !(others.size() == 1 && others.contains(memberId));",
                                "return others.contains(memberId) && !others.contains(memberId);")),
                cooperative(
                        "goes on reading what moves to another",
                        "",
                        Invariant.C4,
                        new Edit(CLASSIC, "        if (moved.isEmpty()) {", "        if (moved.size() >= 0) {")),
                cooperative(
                        "keeps what it had when it was thrown out while it rejoined",
                        "franz-go 1.21.3",
                        Invariant.C4,
                        new Edit(CLASSIC, "            tellLost(joining.partitions());\n", "")));
    }

    private static List<Mutant> consumer() {
        return List.of(
                consumer(
                        "says that partitions are given up before the application has let go",
                        "",
                        Invariant.C4,
                        new Edit(
                                MEMBER,
                                "        listener.onRevoking(revoking.moved(), () -> {",
                                "        listener.onRevoking(revoking.moved(), () -> {});\n        home.execute(() -> {")),
                consumer(
                        "keeps its partitions when it is fenced",
                        "KAFKA-19235",
                        Invariant.C4,
                        new Edit(
                                MEMBER,
                                "        heartbeats.stop();\n        tellLost(last.partitions());\n        joinLater(joining);",
                                "        heartbeats.stop();\n        joinLater(joining);")),
                consumer(
                        "forgets that an answer was lost, and with it the assignment",
                        "KAFKA-19222",
                        Invariant.C7,
                        new Edit(
                                HEARTBEATS,
                                "        told = null;\n        if (before == null) {",
                                "        if (before == null) {")));
    }

    private static Mutant cooperative(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "group-cooperative", breaks, List.of(edits));
    }

    private static Mutant consumer(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "group-consumer", breaks, List.of(edits));
    }
}
