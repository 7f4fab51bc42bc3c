package dev.ottla.producer.internal;

import dev.ottla.common.Node;
import dev.ottla.errors.KafkaException;
import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.ExponentialBackoff;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.net.Transmission;
import dev.ottla.internal.protocol.message.ProduceResponse.PartitionProduceResponse;
import dev.ottla.producer.internal.ProduceRequestEncoder.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link DeliveryPolicy} decides about the batches of a request. Step 11 of sending; the half of
 * {@link BrokerSender} that deals with answers, on the same loop.
 */
@EventLoopConfined
final class AttemptResults implements ProduceResponseHandler.Results {
    private static final int NO_LEADER = -1;

    private final Cluster cluster;
    private final Broker broker;
    private final Batches batches;
    private final BrokerSender sender;
    private final DeliveryPolicy policy;
    private final ExponentialBackoff backoff;

    AttemptResults(Cluster cluster, Broker broker, SendingOptions options, Batches batches, BrokerSender sender) {
        this.cluster = cluster;
        this.broker = broker;
        this.batches = batches;
        this.sender = sender;
        this.policy = new DeliveryPolicy(options);
        this.backoff = new ExponentialBackoff(
                options.client().retryBackoff(),
                options.client().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    @Override
    public void onAnswer(ProducerBatch batch, Topic topic, PartitionProduceResponse answer, @Nullable Node newLeader) {
        int leaderId = answer.currentLeader().leaderId();
        if (leaderId != NO_LEADER) {
            cluster.onLeaderHint(
                    topic.topicId(),
                    answer.index(),
                    leaderId,
                    answer.currentLeader().leaderEpoch(),
                    newLeader);
        }
        carryOut(batch, policy.onAnswer(batch, answer, cluster.metadata().node(broker.nodeId())));
    }

    @Override
    public void onWritten(ProducerBatch batch) {
        carryOut(batch, new Verdict.Acked(-1, -1));
    }

    @Override
    public void onFailure(ProducerBatch batch, KafkaException cause, Transmission transmission) {
        carryOut(batch, policy.onFailure(batch, cause, transmission));
    }

    @Override
    public void onRequestEnded() {
        sender.onRequestEnded();
    }

    private void carryOut(ProducerBatch batch, Verdict verdict) {
        PartitionQueue queue = batch.queue();
        if (!batch.isEnded() && verdict instanceof Verdict.Retry retry) {
            retry(queue, batch, retry);
            return;
        }
        // Before the callbacks: what they send finds the partition free.
        sender.onBatchEnded(queue);
        if (batch.isEnded()) {
            return;
        }
        if (verdict instanceof Verdict.Acked acked) {
            batches.ack(batch, acked.baseOffset(), acked.logAppendTimeMs());
        } else if (verdict instanceof Verdict.Failed failed) {
            batches.fail(batch, failed.cause());
        }
    }

    private void retry(PartitionQueue queue, ProducerBatch batch, Verdict.Retry retry) {
        batch.onAttemptFailed(retry.cause());
        if (retry.isInDoubt()) {
            batch.doubt();
        }
        if (retry.refreshMetadata()) {
            cluster.refreshMetadata("a batch for " + batch.topicPartition() + " has to be sent again");
        }
        queue.requeue(batch);
        sender.onRetry(queue, backoff.delayNanos(batch.attempts()));
    }
}
