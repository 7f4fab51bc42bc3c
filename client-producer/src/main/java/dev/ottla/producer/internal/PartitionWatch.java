package dev.ottla.producer.internal;

import dev.ottla.errors.KafkaException;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;

/**
 * Ends batches that are not delivered in time. Each queue with content has one timer, for its oldest batch; when it fires it
 * is set for the batch that is oldest then. So a timer is set once per delivery timeout and partition, and nothing is ever
 * searched. Part of a {@link PartitionOwner}, on its loop.
 */
@EventLoopConfined
final class PartitionWatch {
    private final EventLoop loop;
    private final Batches batches;
    private final SendingOptions options;
    private final Identities ids;
    private final String where;

    /** {@code where} says in an error what such a batch was waiting for. */
    PartitionWatch(EventLoop loop, Batches batches, SendingOptions options, Identities ids, String where) {
        this.loop = loop;
        this.ids = ids;
        this.batches = batches;
        this.options = options;
        this.where = where;
    }

    /** The queue has content, and is this owner's. */
    void watch(PartitionQueue queue) {
        ProducerBatch oldest = queue.deadlineTimer() == null ? queue.oldest() : null;
        if (oldest != null) {
            long delayNanos = Math.max(1, oldest.deadlineNanos() - loop.nanoTime());
            queue.deadlineTimer(loop.schedule(() -> onDeadline(queue), delayNanos));
        }
    }

    private void onDeadline(PartitionQueue queue) {
        queue.deadlineTimer(null);
        long now = loop.nanoTime();
        SendWindow window = queue.window();
        for (ProducerBatch sent = window.nextExpired(now); sent != null; sent = window.nextExpired(now)) {
            String why = sent.stage() == ProducerBatch.Stage.IN_FLIGHT ? ProducerFailures.IN_FLIGHT : where;
            batches.fail(sent, ProducerFailures.notDelivered(sent, options.deliveryTimeout(), why));
            window.takeSettled().forEach(batches::end);
        }
        mend(queue);
        for (ProducerBatch expired : queue.removeExpired(now)) {
            batches.fail(expired, ProducerFailures.notDelivered(expired, options.deliveryTimeout(), where));
        }
        watch(queue);
        onRoomInWindow(queue);
    }

    /** What waited behind a batch that is given up may go now; and who appends must tell of it again. */
    private static void onRoomInWindow(PartitionQueue queue) {
        queue.onWindowChanged();
        if (queue.oldest() != null) {
            queue.owner().offer(queue, true);
        }
    }

    /** What was sent may be settled, so that the partition's numbers can begin anew. */
    void mend(PartitionQueue queue) {
        ProducerIdentity spent = queue.window().mend();
        if (spent != null) {
            ids.renew(spent);
        }
    }

    /** The queue goes to another owner. */
    void forget(PartitionQueue queue) {
        EventLoop.Timer timer = queue.deadlineTimer();
        if (timer != null) {
            timer.cancel();
            queue.deadlineTimer(null);
        }
        EventLoop.Timer backoff = queue.backoffTimer();
        if (backoff != null) {
            backoff.cancel();
            queue.backoffTimer(null);
        }
    }

    /** Fails all that the queue has; it accepts nothing more. */
    void failAll(PartitionQueue queue, KafkaException cause) {
        forget(queue);
        for (ProducerBatch sent : queue.window().removeAll()) {
            if (sent.result() == null) {
                sent.settle(failed(sent, cause));
            }
            batches.end(sent);
        }
        queue.close(cause);
        failUnsent(queue, cause);
    }

    private static Verdict.Failed failed(ProducerBatch sent, KafkaException cause) {
        return new Verdict.Failed(ProducerFailures.notAnswered(sent, cause, sent.isInDoubt()));
    }

    /** Fails what waits in the queue; it accepts more. */
    void failContent(PartitionQueue queue, KafkaException cause) {
        SendWindow window = queue.window();
        for (ProducerBatch sent : window.unsent()) {
            window.settle(sent, failed(sent, cause));
        }
        window.takeSettled().forEach(batches::end);
        failUnsent(queue, cause);
        mend(queue);
        onRoomInWindow(queue);
    }

    /**
     * Fails what belongs to a transaction that can't be committed any more, also if it was accepted only since: nothing else
     * would ever end it.
     */
    void failCutOff(PartitionQueue queue) {
        if (ids.cutOff() == null || !queue.isAnythingToSend()) {
            return;
        }
        // Once more: what is there keeps its transaction open, but before it was looked at another could begin.
        KafkaException cutOff = ids.cutOff();
        if (cutOff != null) {
            failContent(queue, cutOff);
        }
    }

    private void failUnsent(PartitionQueue queue, KafkaException cause) {
        for (ProducerBatch batch : queue.removeAll()) {
            batches.fail(batch, ProducerFailures.notAnswered(batch, cause, false));
        }
    }
}
