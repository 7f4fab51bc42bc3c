package dev.ottla.testkit.history;

import java.util.EnumSet;
import java.util.Set;

/**
 * What must be true of a history. Which of them a run is held to depends on what its clients promise: without idempotence
 * {@link #I3} and {@link #I4} are not promised, without a group nothing from {@link #C3} to {@link #C8}, to handlers not {@link #C2}.
 */
public enum Invariant {
    /** Every acknowledged record is in the log at its offset, as it was sent. */
    I1("every acknowledged record is in the log at its offset, as it was sent", new AckedIsInLog()),
    /** No record that was rejected is in the log. */
    I2("no rejected record is in the log", new RejectedIsNotInLog()),
    /** A record of unknown outcome is in the log at most once. Promised with idempotence. */
    I3("a record of unknown outcome is in the log at most once", new UnknownAtMostOnce()),
    /** No record is in the log twice. Promised with idempotence. */
    I4("no record is in the log twice", new NoDuplicates()),
    /** Acknowledged records of one producer are in each partition in the order in which they were sent. */
    I5("the order in the log is the order of sending, by producer and partition", new OrderIsKept()),
    /** A record is nowhere but in the partition that it was sent to, unchanged. */
    I6("a record is in no other partition, and unchanged", new OnlyWhereItWasSent()),
    /** Every send ends exactly once; acknowledgements come in the order of sending; none comes after close has returned. */
    I7("every send ends once, in order, before close returns", new SendsEndOnce()),
    /** Every call ends by its deadline, give or take 500 ms. */
    I8("every call ends by its deadline + 500 ms", new CallsEndInTime()),
    /** Every delivered record is in the log, unchanged. */
    C1("every delivered record is in the log, unchanged", new DeliveredIsInLog()),
    /** Within an assignment offsets grow and no record is skipped; it begins where a commit may have left off. */
    C2("within an assignment offsets grow, and nothing is skipped", new NothingIsSkipped()),
    /** Nothing of a partition is delivered after it was given up or lost. */
    C3("nothing is delivered after revocation or loss", new NoDeliveryAfterRevocation()),
    /** No two members own a partition at once, but for one that has lost it and does not know yet. */
    C4("no partition has two owners", new OneOwner()),
    /** The committed offset of a partition never moves back. */
    C5("a committed offset never moves back", new CommitsNeverMoveBack()),
    /** Nothing is committed before every delivered record below it is done. */
    C6("nothing is committed that is not done", new CommitsAreDone()),
    /** In the end every record of the log is done at least once. */
    C7("in the end every record is done", new EverythingIsDone()),
    /** What a confirmed commit covers is never delivered again. */
    C8("what a confirmed commit covers is not delivered again", new NoRedeliveryAfterCommit()),
    /** Nothing is delivered of a partition that is paused. Holds of any history that tells of no pause. */
    C9("nothing is delivered of a partition that is paused", new NoDeliveryWhilePaused()),
    /**
     * A handler gets a record of a key (or of a partition, if that was asked for) only when it is done with the one before, also
     * if that had to be tried again. Holds of any history that tells of no handlers.
     */
    C10("handlers get the records of a key one after the other, in order", new HandledInOrder()),
    /**
     * A transaction whose commit was confirmed has taken effect with all its records and offsets; one that was aborted or
     * refused has not, with none of them; one of unknown outcome has or has not, with all.
     */
    X1("a transaction takes effect as a whole or not at all, as its producer was told", new TransactionsAreWhole()),
    /** What commits a transaction commits no record of another. */
    X2("no record of a transaction is committed by another", new TransactionsDoNotMix()),
    /** Readers of committed records see no record of a transaction that is open or aborted. Promised to them alone. */
    X3("readers of committed records see nothing of open or aborted transactions", new OnlyCommittedIsDelivered()),
    /** A producer whose transactional id was taken over commits nothing more. */
    X4("a producer that was fenced commits nothing more", new FencedNeverCommit()),
    /** In the end every transaction is ended, in every partition. */
    X5("in the end no transaction is open", new NothingStaysOpen()),
    /** A client that was closed has given back its buffers, its memory for records, and its connections. */
    R1("what a client has it gives back when it is closed", new NothingIsLeftOver()),
    /**
     * Within a second a client connects to a broker at most 10 times, asks for metadata at most 20 times, and a broker the same
     * thing at most 200 times.
     */
    R2("nothing is asked again and again without a pause", new NothingIsAskedTooOften()),
    /** No password or key is in what a client says, such as an error's message. */
    R3("no secret is in anything that a client says", new NoSecretIsTold()),
    /** No event loop waits for anything, up to 100 ms. */
    R4("no event loop is held up for more than 100 ms", new LoopsAreNotHeldUp()),
    /** Every batch that a client sends fits its checksum: nothing is sent from memory that was given back. */
    R5("what a client sends is whole", new WhatIsSentIsWhole());

    private final String text;
    // Every check is without state of its own.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Check check;

    Invariant(String text, Check check) {
        this.text = text;
        this.check = check;
    }

    /** The invariant in words. */
    public String text() {
        return text;
    }

    Check check() {
        return check;
    }

    /** What a producer without idempotence promises: nothing is lost, the order is kept, duplicates are possible. */
    public static Set<Invariant> ofProducer() {
        return EnumSet.of(I1, I2, I5, I6, I7, I8);
    }

    /** What an idempotent producer promises. */
    public static Set<Invariant> ofIdempotentProducer() {
        return EnumSet.of(I1, I2, I3, I4, I5, I6, I7, I8);
    }

    /** What a transactional producer promises, to readers of committed records. */
    public static Set<Invariant> ofTransactions() {
        Set<Invariant> promised = ofIdempotentProducer();
        promised.addAll(EnumSet.of(X1, X2, X3, X4, X5));
        return promised;
    }

    /** What a consumer of assigned partitions promises. */
    public static Set<Invariant> ofReader() {
        return EnumSet.of(C1, C2, C7, I8);
    }

    /** What the members of a group promise. */
    public static Set<Invariant> ofGroup() {
        return EnumSet.of(C1, C2, C3, C4, C5, C6, C7, C8, I8);
    }

    /** What the members of a group promise that have records handled, many at once. */
    public static Set<Invariant> ofHandlers() {
        return EnumSet.of(C1, C3, C4, C5, C6, C7, C8, C10, I8);
    }

    /**
     * What every client promises to the machine, to the brokers and to those who run it. Holds of any history that does not tell
     * of such things, as one has to that is made outside of a simulation.
     */
    public static Set<Invariant> ofResources() {
        return EnumSet.of(R1, R2, R3, R4, R5);
    }
}
