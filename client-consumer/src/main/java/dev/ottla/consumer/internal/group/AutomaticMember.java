package dev.ottla.consumer.internal.group;

import dev.ottla.consumer.internal.offsets.GroupIdentity;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member that speaks the consumer protocol (KIP-848) if the coordinator lets it in, and the classic one otherwise: the
 * cluster may be too old, or the group a classic one that is not converted. It finds out by asking, which costs one request.
 * Owned by the home loop.
 */
@EventLoopConfined
public final class AutomaticMember implements GroupMember {
    private static final Logger LOG = LoggerFactory.getLogger(AutomaticMember.class);

    private final String groupId;
    private final Supplier<? extends GroupMember> classic;

    /** Written on the home loop only; polling threads ask it. */
    private volatile GroupMember chosen;

    /** Begins with the consumer protocol. */
    public AutomaticMember(
            String groupId,
            Function<ConsumerMember.Refusal, ? extends GroupMember> consumer,
            Supplier<? extends GroupMember> classic) {
        this.groupId = groupId;
        this.classic = classic;
        this.chosen = consumer.apply(this::onRefused);
    }

    private void onRefused(KafkaException cause) {
        LOG.info("Group {} is joined in the classic protocol: {}", groupId, cause.getMessage());
        GroupMember next = classic.get();
        chosen = next;
        next.onPoll();
    }

    @Override
    public boolean waitsForPoll() {
        return chosen.waitsForPoll();
    }

    @Override
    public boolean isSessionOver() {
        return chosen.isSessionOver();
    }

    @Override
    public void onPoll() {
        chosen.onPoll();
    }

    @Override
    public void onPollMissed() {
        chosen.onPollMissed();
    }

    @Override
    public void onMetadata() {
        chosen.onMetadata();
    }

    @Override
    public void onSubscription() {
        chosen.onSubscription();
    }

    @Override
    public boolean onCommitRefused(GroupIdentity as, ErrorCode error) {
        return chosen.onCommitRefused(as, error);
    }

    @Override
    public CompletableFuture<Void> close(Duration timeout) {
        return chosen.close(timeout);
    }
}
