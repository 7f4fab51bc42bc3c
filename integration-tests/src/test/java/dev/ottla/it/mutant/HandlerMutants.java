package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong where handlers work on many records at once. */
final class HandlerMutants {
    private static final String INTAKE = "consumer/Intake";
    private static final String BOARD = "consumer/internal/work/WorkBoard";
    private static final String OPEN = "consumer/internal/work/OpenOffsets";
    private static final String SHARE = "consumer/internal/work/Share";
    private static final String WORKERS = "consumer/internal/work/Workers";

    private HandlerMutants() {}

    static List<Mutant> all() {
        return Stream.of(progress(), handling()).flatMap(List::stream).toList();
    }

    private static List<Mutant> progress() {
        return List.of(
                of(
                        "commits up to the last record that was handed out, over those that are not done",
                        "parallel-consumer #826",
                        Invariant.C6,
                        new Edit(
                                OPEN,
                                "return head < tail ? offsets[index(head)] : Math.max(last + 1, passed);",
                                "return Math.max(last + 1, passed);")),
                of(
                        "takes a record whose handler failed for done",
                        "",
                        Invariant.C6,
                        new Edit(
                                WORKERS,
                                "            onFailed(work, failure);\n        }\n        dispatchElsewhere();",
                                "            board.finish(work);\n        }\n        dispatchElsewhere();")),
                of(
                        "does not make up for a commit that failed",
                        "",
                        Invariant.I8,
                        new Edit(INTAKE, "                due.forEach(asked::remove);\n", "")),
                of(
                        "reads no more of a partition that was full once",
                        "",
                        Invariant.C7,
                        new Edit(
                                BOARD,
                                "            room = share.full && share.isOpen()",
                                "            room = share.full && !share.isOpen()")));
    }

    private static List<Mutant> handling() {
        return List.of(
                of(
                        "the next record of a key begins while one that failed waits to be tried again",
                        "",
                        Invariant.C10,
                        new Edit(
                                BOARD,
                                "            return work.state == Work.State.SUSPENDED;\n",
                                "            offer(work.share.dequeue(work));\n            work.next = null;\n            return work.state == Work.State.SUSPENDED;\n")),
                of(
                        "does not wait for what is under way in a key when the partition comes back",
                        "",
                        Invariant.C10,
                        new Edit(
                                INTAKE,
                                "board.remove(partitions, options.worksByItself());",
                                "board.remove(partitions, false);")),
                of(
                        "tries records again of a partition that was lost",
                        "",
                        Invariant.C3,
                        new Edit(SHARE, "        stop();\n        over = true;", "        over = true;")));
    }

    private static Mutant of(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "handlers", breaks, List.of(edits));
    }
}
