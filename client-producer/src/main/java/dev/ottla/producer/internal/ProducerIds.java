package dev.ottla.producer.internal;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Call;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ClusterFailures;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.concurrent.ThreadSafe;
import dev.ottla.internal.protocol.message.InitProducerIdRequest;
import dev.ottla.internal.protocol.message.InitProducerIdResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gets the producer's id from the cluster, before the first batch is sent, and another one when it is used up. Its state
 * belongs to the home loop; senders on any loop read the identity and ask to be told.
 *
 * <pre>
 * UNKNOWN ──somebody needs it──► ASKING ──answer──► KNOWN ──used up──► ASKING
 *    ▲                              │
 *    └──────────failure─────────────┘
 * </pre>
 */
@ThreadSafe
final class ProducerIds implements Identities {
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_EPOCH = -1;

    /** For producers without transactions there is no transaction to time out. */
    private static final int NO_TRANSACTION_TIMEOUT_MS = Integer.MAX_VALUE;

    private static final ProducerIdentity NOBODY = new ProducerIdentity(NO_PRODUCER_ID, NO_EPOCH);

    private final Cluster cluster;
    private final SendingOptions options;

    /** Null while it is not known. Set on the home loop, taken away by whoever finds it used up. */
    private final AtomicReference<@Nullable ProducerIdentity> identity = new AtomicReference<>();

    // Home loop only.
    private final List<Consumer<@Nullable KafkaException>> waiting = new ArrayList<>();
    private boolean isAsking;

    ProducerIds(Cluster cluster, SendingOptions options) {
        this.cluster = cluster;
        this.options = options;
        identity.set(options.idempotent() ? null : NOBODY);
    }

    @Override
    public @Nullable ProducerIdentity identity() {
        return identity.get();
    }

    @Override
    public void prepare() {
        if (identity.get() == null) {
            Loops.run(cluster.homeLoop(), this::ask);
        }
    }

    @Override
    public void whenKnown(Consumer<@Nullable KafkaException> caller) {
        Loops.run(cluster.homeLoop(), () -> {
            if (identity.get() != null) {
                caller.accept(null);
            } else {
                waiting.add(caller);
                ask();
            }
        });
    }

    @Override
    public boolean admits(TopicPartition partition) {
        return true;
    }

    @Override
    public void onSend() {}

    @Override
    public @Nullable KafkaException cutOff() {
        return null;
    }

    /** Everybody waits for the next. */
    @Override
    public void renew(ProducerIdentity spent) {
        if (identity.compareAndSet(spent, null)) {
            prepare();
        }
    }

    private void ask() {
        if (isAsking || identity.get() != null) {
            return;
        }
        isAsking = true;
        InitProducerIdRequest request = InitProducerIdRequest.builder()
                .transactionalId(null)
                .transactionTimeoutMs(NO_TRANSACTION_TIMEOUT_MS)
                .producerId(NO_PRODUCER_ID)
                .producerEpoch(NO_EPOCH)
                .build();
        cluster.call(new Call<>(
                        Route.ANY,
                        request,
                        RetrySafety.REPEATABLE,
                        response -> ErrorCode.of(response.errorCode()),
                        options.deliveryTimeout()))
                .whenComplete((response, failure) -> Loops.run(cluster.homeLoop(), () -> onEnded(response, failure)));
    }

    private void onEnded(@Nullable InitProducerIdResponse response, @Nullable Throwable failure) {
        isAsking = false;
        KafkaException cause = null;
        if (response == null) {
            cause = ClusterFailures.of(
                    failure == null ? new IllegalStateException("neither answer nor failure") : failure);
        } else if (response.errorCode() != ErrorCode.NONE.code()) {
            cause = ErrorDetails.ofCode(response.errorCode())
                    .api("InitProducerId")
                    .toException();
        } else {
            identity.set(new ProducerIdentity(response.producerId(), response.producerEpoch()));
        }
        List<Consumer<@Nullable KafkaException>> told = List.copyOf(waiting);
        waiting.clear();
        for (Consumer<@Nullable KafkaException> caller : told) {
            caller.accept(cause);
        }
    }
}
