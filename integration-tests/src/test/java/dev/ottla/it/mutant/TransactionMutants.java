package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import dev.ottla.testkit.history.Invariant;
import java.util.List;
import java.util.stream.Stream;

/** What could be wrong with transactions, in producers and in those who read what they wrote. */
final class TransactionMutants {
    private static final String SESSION = "producer/internal/txn/TransactionSession";
    private static final String FAILURES = "producer/internal/txn/TransactionFailures";
    private static final String CALL = "producer/internal/txn/CoordinatorCall";
    private static final String CALLS = "producer/internal/txn/CoordinatorCalls";
    private static final String LOOP = "producer/ReadProcessWrite";
    private static final String ABORTED = "consumer/internal/delivery/AbortedTransactions";
    private static final String CONSUMER = "consumer/internal/ConsumerLoop";
    private static final String OFFSETS = "consumer/internal/offsets/CommittedOffsets";

    private TransactionMutants() {}

    static List<Mutant> all() {
        return Stream.of(ofCommits(), ofEpochs(), ofAborts(), ofProcessing(), ofReading())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Mutant> ofCommits() {
        return List.of(
                transactions(
                        "commits although a record failed",
                        "librdkafka #3575",
                        Invariant.X1,
                        new Edit(
                                SESSION,
                                "        } else {\n            spoil(transaction, cause);\n        }\n    }\n\n    private void onParticipantFailed",
                                "        }\n    }\n\n    private void onParticipantFailed"),
                        new Edit(
                                SESSION,
                                "        if (cause != null) {\n            refuse(transaction, committing, cause);",
                                "        if (cause != null && committing == null) {\n            refuse(transaction, committing, cause);")),
                transactions(
                        "commits before all records are there",
                        "",
                        Invariant.X1,
                        new Edit(
                                SESSION,
                                "flush(() -> onSettledToCommit(transaction))",
                                "onSettledToCommit(transaction)")),
                transactions(
                        "a commit without an answer is called refused",
                        "librdkafka 1.6.0",
                        Invariant.X1,
                        new Edit(
                                FAILURES,
                                ".api(ApiKey.END_TXN.toString())\n                        .outcome(Outcome.UNKNOWN)",
                                ".api(ApiKey.END_TXN.toString())\n                        .outcome(Outcome.REJECTED)")),
                transactions(
                        "a commit without an answer is called done",
                        "franz-go 1.21.4",
                        Invariant.X1,
                        new Edit(
                                SESSION,
                                "            state = committing.unanswered();\n",
                                "            finish(transaction, Status.COMMITTED, committing.committed(committing.identity()));\n            if (committing != null) {\n                return;\n            }\n")),
                transactions(
                        "asks the coordinator on when the time is up",
                        "librdkafka 1.9.0",
                        Invariant.I8,
                        new Edit(
                                CALL,
                                "Math.max(1, deadlineNanos - loop.nanoTime());",
                                "Math.max(1, deadlineNanos - loop.nanoTime()) + 30_000_000_000L;"),
                        new Edit(CALL, " && loop.nanoTime() + delayNanos - deadlineNanos < 0", "")));
    }

    private static List<Mutant> ofEpochs() {
        return List.of(
                new Mutant(
                        "goes on in the same epoch after a commit that may come twice",
                        "KAFKA-17754",
                        "transactions-late",
                        Invariant.X1,
                        List.of(new Edit(
                                SESSION,
                                "boolean needsEpoch = committing.identity().protocol() == TransactionProtocol.V1 && calls.takeDoubt();",
                                "boolean needsEpoch = false;"))),
                transactions(
                        "a fenced producer takes its transactional id back",
                        "librdkafka 1.9.0",
                        Invariant.X4,
                        new Edit(
                                SESSION,
                                "        state = new Failed(cause);\n        live = null;",
                                "        state = new Unidentified(null);\n        live = null;")));
    }

    private static List<Mutant> ofAborts() {
        return List.of(
                transactions(
                        "aborts after a commit that was not answered",
                        "",
                        Invariant.X1,
                        new Edit(
                                SESSION,
                                "            return abort(transaction, mustAbort.abort());\n        }",
                                "            return abort(transaction, mustAbort.abort());\n        } else if (transaction == live && state instanceof CommitUnknown unknown) {\n            return abort(transaction, new Aborting(unknown.identity()));\n        }")),
                transactions(
                        "the coordinator is not told of an abort",
                        "franz-go 1.21.4",
                        Invariant.X2,
                        new Edit(SESSION, "        if (!isKnown || ", "        if (isKnown || !isKnown || ")),
                transactions(
                        "aborts before what is in flight has arrived",
                        "KIP-890",
                        Invariant.X2,
                        new Edit(
                                SESSION,
                                "flush(() -> onSettledToAbort(transaction, aborting))",
                                "onSettledToAbort(transaction, aborting)")));
    }

    private static List<Mutant> ofProcessing() {
        return List.of(
                exactlyOnce(
                        "reads on after an abort, behind the records that were taken back",
                        "KAFKA-17582",
                        Invariant.X1,
                        new Edit(LOOP, "            input.rewind(rewinding.batch());\n", "")),
                exactlyOnce(
                        "offsets of a member that is none any more are taken",
                        "KIP-447",
                        Invariant.X1,
                        new Edit(
                                CALLS,
                                ".generationId(group.generationId())\n                .memberId(group.memberId())",
                                ".generationId(-1)\n                .memberId(\"\")")),
                exactlyOnce(
                        "begins where the group was before it heard that it had lost its partitions",
                        "",
                        Invariant.X1,
                        new Edit(
                                CONSUMER,
                                "if (unheardLosses == 0) {\n            next.run();",
                                "if (unheardLosses >= 0) {\n            next.run();")),
                exactlyOnce(
                        "begins at offsets that an open transaction is about to move",
                        "KIP-447",
                        Invariant.X1,
                        new Edit(OFFSETS, "List.of(group()), true)", "List.of(group()), false)")));
    }

    private static List<Mutant> ofReading() {
        return List.of(
                transactions(
                        "reads what was aborted",
                        "librdkafka #3020",
                        Invariant.X3,
                        new Edit(ABORTED, "return batch.isTransactional() &&", "return !batch.isTransactional() &&")),
                transactions(
                        "takes the list of aborted transactions for sorted",
                        "franz-go 1.21.4",
                        Invariant.X3,
                        new Edit(
                                ABORTED,
                                "                .sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))\n",
                                "")),
                transactions(
                        "leaves out what a producer commits after an abort",
                        "librdkafka 1.7.0",
                        Invariant.C2,
                        new Edit(
                                ABORTED,
                                "abortedProducerIds.remove(batch.producerId());",
                                "abortedProducerIds.add(batch.producerId());")));
    }

    private static Mutant transactions(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "transactions", breaks, List.of(edits));
    }

    private static Mutant exactlyOnce(String name, String seenIn, Invariant breaks, Edit... edits) {
        return new Mutant(name, seenIn, "exactly-once", breaks, List.of(edits));
    }
}
