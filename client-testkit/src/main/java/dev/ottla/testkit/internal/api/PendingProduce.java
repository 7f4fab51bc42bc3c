package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.testkit.internal.topic.Partition;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A produce request with acks=all whose batches wait for the high watermark: Kafka's DelayedProduce. It ends when all
 * partitions have been replicated, have lost their leader, or the request's timeout is over.
 */
@EventLoopConfined
final class PendingProduce {
    private final ClusterModel model;
    private final Call<ProduceResponse> call;
    private final List<ProduceAnswer> answers;
    private final Runnable watcher = this::look;
    private @Nullable Timer timer;

    PendingProduce(ClusterModel model, Call<ProduceResponse> call, List<ProduceAnswer> answers) {
        this.model = model;
        this.call = call;
        this.answers = answers;
    }

    void start(int timeoutMs) {
        if (settle()) {
            call.reply(ProduceAnswer.response(model, call, answers));
            return;
        }
        timer = model.loop().schedule(this::onTimeout, TimeUnit.MILLISECONDS.toNanos(timeoutMs));
        waiting(partition -> partition.watchers().add(watcher));
    }

    private void look() {
        if (settle()) {
            end();
        }
    }

    private void onTimeout() {
        for (ProduceAnswer each : answers) {
            if (isWaiting(each)) {
                unwatch(each);
                each.refuse(ErrorCode.REQUEST_TIMED_OUT);
            }
        }
        end();
    }

    private void end() {
        waiting(partition -> partition.watchers().remove(watcher));
        if (timer != null) {
            timer.cancel();
        }
        call.reply(ProduceAnswer.response(model, call, answers));
    }

    /** Whether nothing is left to wait for. Refuses what can not be replicated any more. */
    private boolean settle() {
        boolean isSettled = true;
        for (ProduceAnswer each : answers) {
            Partition partition = each.appendedTo();
            if (partition == null) {
                continue;
            }
            ErrorCode error = partition.checkLeader(call.nodeId());
            if (error != ErrorCode.NONE) {
                unwatch(each);
                each.refuse(error, partition);
            } else if (isWaiting(each)) {
                isSettled = false;
            }
        }
        return isSettled;
    }

    private static boolean isWaiting(ProduceAnswer answer) {
        Partition partition = answer.appendedTo();
        return partition != null && partition.log().highWatermark() < answer.nextOffset();
    }

    private void unwatch(ProduceAnswer answer) {
        Partition partition = answer.appendedTo();
        if (partition != null) {
            partition.watchers().remove(watcher);
        }
    }

    private void waiting(Consumer<Partition> action) {
        for (ProduceAnswer each : answers) {
            Partition partition = each.appendedTo();
            if (partition != null) {
                action.accept(partition);
            }
        }
    }
}
