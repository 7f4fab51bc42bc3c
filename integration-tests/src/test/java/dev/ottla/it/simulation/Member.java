package dev.ottla.it.simulation;

import java.util.Optional;

/** A process of an application that belongs to a group, in a simulated run. */
interface Member {

    MemberProcess process();

    /** One turn of its loop; never while the one before waits. */
    void poll();

    /** Ends by itself, as an application that is told to stop; after the call in which it waits, if it does. */
    void leave();

    /** Whether it is to stand still while it waits in a call, and not between two of them. */
    default boolean freezesInCalls() {
        return false;
    }

    /** Whether it can be told to leave while it waits in a call, and not only between two of them. */
    default boolean leavesInCalls() {
        return false;
    }

    /** It is about to be killed: what its part of the history must say of that. */
    default void onKilled() {}

    /** Gives back what it still has when nobody looks any more, also after it was killed. */
    void giveBackMemory();

    /** Who goes on in its place when it has ended because it could not go on. */
    default Optional<Member> successor() {
        return Optional.empty();
    }
}
