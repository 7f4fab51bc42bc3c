package dev.ottla.consumer.internal.group;

import dev.ottla.common.TopicPartition;
import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group, whichever protocol it speaks: it hears what the application does, and tells its {@link Listener} which
 * partitions come and go. Owned by the home loop, except for the two questions that polling threads ask.
 */
@EventLoopConfined
public interface GroupMember {

    /** What a member tells the consumer that it is part of, on the home loop. */
    interface Listener {
        /** These partitions are this member's too from now on, and commits are made as {@code identity}. */
        void onAssigned(Set<TopicPartition> added, GroupIdentity identity);

        /** The partitions will be another's: run {@code revoked} on the home loop once the application has been told. */
        void onRevoking(Set<TopicPartition> partitions, Runnable revoked);

        /** These partitions, all that the member had, are another's by now, or may be. */
        void onLost(Set<TopicPartition> partitions);

        /** Commits are made as {@code identity} from now on; null if they can't be for the time being. */
        void onIdentity(@Nullable GroupIdentity identity);

        /** The group refuses this member for good. */
        void onFailed(KafkaException cause);
    }

    /** Whether {@link #onPoll} would make a difference. Any thread. */
    boolean waitsForPoll();

    /** Whether nothing may be delivered because the session has ended, known or not. Any thread. */
    boolean isSessionOver();

    /** The application polls, so it is alive. */
    void onPoll();

    /** The application has not polled for {@code max.poll.interval.ms}: others shall have its partitions. */
    void onPollMissed();

    /** Topics may have got more partitions, or exist by now. */
    void onMetadata();

    /** The {@link TopicSubscription} has changed. */
    void onSubscription();

    /**
     * A commit was refused; what the coordinator thinks of this member shows there too.
     *
     * @return whether {@link Listener#onIdentity} or {@link Listener#onAssigned} will follow with an identity as which the
     *     same commit can be tried again, if its partitions are kept
     */
    boolean onCommitRefused(GroupIdentity as, ErrorCode error);

    /** Ends the membership; the future completes when the group knows, or when the time is up. */
    CompletableFuture<Void> close(Duration timeout);
}
