package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong in a group whose members give up only what moves. */
final class GroupMutants {
    private static final String ASSIGNOR = "consumer/assignor/CooperativeStickyAssignor";
    private static final String CLASSIC = "consumer/internal/group/ClassicMember";
    private static final String MEMBER = "consumer/internal/group/ConsumerMember";
    private static final String HEARTBEATS = "consumer/internal/group/ConsumerHeartbeats";

    private GroupMutants() {}

    static List<Mutant> all() {
        return Stream.of(cooperative(), consumer()).flatMap(List::stream).toList();
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
