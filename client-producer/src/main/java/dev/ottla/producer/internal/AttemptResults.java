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
import java.util.List;
import java.util.TreeSet;
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
    private final BatchDivider divider;
    private final ExponentialBackoff backoff;
    private final boolean isTransactional;
    private final Identities ids;

    AttemptResults(
            Cluster cluster,
            Broker broker,
            SendingOptions options,
            Batches batches,
            Identities ids,
            BrokerSender sender) {
        this.cluster = cluster;
        this.broker = broker;
        this.batches = batches;
        this.sender = sender;
        this.isTransactional = options.transactional();
        this.ids = ids;
        this.policy = new DeliveryPolicy(options);
        this.divider = new BatchDivider(batches);
        this.backoff = new ExponentialBackoff(
                options.client().retryBackoff(),
                options.client().retryBackoffMax(),
                cluster.runtime().newRandom());
    }

    @Override
    public void onAnswer(Attempt attempt, Topic topic, PartitionProduceResponse answer, @Nullable Node newLeader) {
        int leaderId = answer.currentLeader().leaderId();
        if (leaderId != NO_LEADER) {
            cluster.onLeaderHint(
                    topic.topicId(),
                    answer.index(),
                    leaderId,
                    answer.currentLeader().leaderEpoch(),
                    newLeader);
        }
        if (attempt.tryEnd()) {
            Node node = cluster.metadata().node(broker.nodeId());
            carryOut(attempt.batch(), policy.onAnswer(attempt.batch(), answer, node));
        }
    }

    @Override
    public void onWritten(Attempt attempt) {
        if (attempt.tryEnd()) {
            carryOut(attempt.batch(), new Verdict.Acked(-1, -1));
        }
    }

    @Override
    public void onFailure(Attempt attempt, KafkaException cause, Transmission transmission) {
        if (attempt.tryEnd()) {
            carryOut(attempt.batch(), policy.onFailure(attempt.batch(), cause, transmission));
        }
    }

    @Override
    public void onRequestEnded() {
        sender.onRequestEnded();
    }

    private void carryOut(ProducerBatch batch, Verdict verdict) {
        PartitionQueue queue = batch.queue();
        SendWindow window = queue.window();
        window.onAttemptEnded(batch);
        if (verdict instanceof Verdict.Acked acked) {
            window.settle(batch, acked);
        } else if (batch.isEnded()) {
            window.drop(batch);
        } else if (verdict instanceof Verdict.Failed failed) {
            window.settle(batch, failed);
        } else if (verdict instanceof Verdict.Retry retry) {
            retry(batch, window, retry);
        } else if (verdict instanceof Verdict.Divided divided && isTransactional) {
            // The parts would need other numbers, which a transaction can't begin anew.
            window.settle(batch, new Verdict.Failed(divided.cause()));
        } else if (verdict instanceof Verdict.Divided divided) {
            tryToDivide(batch, window, divided);
        } else if (verdict instanceof Verdict.OutOfSequence outOfSequence) {
            onOutOfSequence(batch, window, outOfSequence);
        }
        List<ProducerBatch> settled = window.takeSettled();
        // Before the callbacks: what they send finds the partition free.
        sender.onAnswered(queue);
        for (ProducerBatch ended : settled) {
            batches.end(ended);
        }
    }

    private void tryToDivide(ProducerBatch batch, SendWindow window, Verdict.Divided divided) {
        try {
            divide(batch, window, divided);
        } catch (RuntimeException | OutOfMemoryError e) {
            // There was no memory for the parts; the batch must not be waited for.
            window.settle(batch, new Verdict.Failed(divided.cause()));
        }
    }

    private void divide(ProducerBatch batch, SendWindow window, Verdict.Divided divided) {
        List<ProducerBatch> parts =
                divider.divide(batch, new TreeSet<>(divided.wrong().keySet()));
        int start = 0;
        for (ProducerBatch part : parts) {
            KafkaException itsCause = divided.wrong().get(start);
            part.onAttemptFailed(itsCause == null ? divided.cause() : itsCause);
            if (itsCause != null) {
                part.settle(new Verdict.Failed(itsCause));
            }
            start += part.count();
        }
        window.replace(batch, parts);
    }

    private void retry(ProducerBatch batch, SendWindow window, Verdict.Retry retry) {
        batch.onAttemptFailed(retry.cause());
        if (retry.isInDoubt()) {
            batch.doubt();
        }
        KafkaException cutOff = ids.cutOff();
        if (cutOff != null) {
            window.settle(batch, new Verdict.Failed(ProducerFailures.notAnswered(batch, cutOff, batch.isInDoubt())));
            return;
        }
        if (retry.refreshMetadata()) {
            cluster.refreshMetadata("a batch for " + batch.topicPartition() + " has to be sent again");
        }
        window.sendAgain(batch, backoff.delayNanos(batch.attempts()));
    }

    /** Behind a batch that was not written, every other one is out of sequence; only the first to be so says something. */
    private void onOutOfSequence(ProducerBatch batch, SendWindow window, Verdict.OutOfSequence outOfSequence) {
        batch.onAttemptFailed(outOfSequence.cause());
        if (window.isBehindAnother(batch)) {
            window.sendAgain(batch, 0);
        } else if (batch.isInDoubt() || isTransactional) {
            // An attempt may still be written, under the number that it had: another number could make it two. And what
            // a
            // transaction misses can't be made up for by going on without it.
            window.settle(batch, new Verdict.Failed(outOfSequence.cause()));
        } else {
            boolean isNews = window.onOutOfSequence(outOfSequence.isIdentityUseless());
            window.sendAgain(batch, isNews ? backoff.delayNanos(batch.attempts()) : 0);
        }
    }
}
