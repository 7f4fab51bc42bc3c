package dev.ottla.testkit.fault;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection through the proxy. Frames come from {@link FrameReader}, the rules decide about each as it
 * comes, and they leave in the order of the queue, as TCP would have it: what waits makes all behind it wait. Confined to the
 * proxy's event loop.
 */
final class Lane {
    static final int PORTIONS_PER_SECOND = 50;

    /** With more than this in the queue nothing is read; the frame that goes over it is still taken. */
    private static final long QUEUED_BYTES_MAX = 4 << 20;

    private final Direction direction;
    private final Tunnel tunnel;
    private final Channel from;
    private final Channel to;
    private final Queue<Frame> queue = new ArrayDeque<>();
    private final Set<FaultRule> readingStoppedBy = new HashSet<>();
    private long queuedBytes;
    private long notBeforeNanos = System.nanoTime();
    private boolean wakeUpPlanned;
    private boolean sourceEnded;
    private boolean over;
    private @Nullable FaultRule discardedBy;

    Lane(Direction direction, Tunnel tunnel, Channel from, Channel to) {
        this.direction = direction;
        this.tunnel = tunnel;
        this.from = from;
        this.to = to;
    }

    Direction direction() {
        return direction;
    }

    ProxiedConnection connection() {
        return tunnel.connection();
    }

    void onFrame(Frame ownedFrame, Iterable<FaultRule> rules) {
        if (over || !to.isActive()) {
            ownedFrame.release();
            return;
        }
        if (discardedBy != null) {
            discardedBy.onHit();
            ownedFrame.release();
            return;
        }
        for (FaultRule rule : rules) {
            rule.apply(ownedFrame, this);
        }
        if (!ownedFrame.setAside) {
            enqueue(ownedFrame);
        }
    }

    /** From the effect of a rule: this frame and all that follow vanish. */
    void discardFromNowOn(FaultRule rule, Frame frame) {
        frame.drop();
        discardedBy = rule;
    }

    /** From the effect of a rule: leaves in the socket what the sender sends from now on. */
    void stopReading(FaultRule rule) {
        readingStoppedBy.add(rule);
        readOrNot();
    }

    void enqueue(Frame ownedFrame) {
        if (over) {
            ownedFrame.release();
            return;
        }
        ownedFrame.dueNanos = System.nanoTime() + ownedFrame.delayNanos;
        ownedFrame.queuedBytes = ownedFrame.size();
        queue.add(ownedFrame);
        queuedBytes += ownedFrame.queuedBytes;
        Frame follower = ownedFrame.follower;
        if (follower == null) {
            readOrNot();
            send();
        } else {
            ownedFrame.follower = null;
            enqueue(follower);
        }
    }

    /** Whatever waits may be free to go: a rule was removed or has released, or the receiver has room again. */
    void wake() {
        send();
    }

    void onRuleRemoved(FaultRule rule) {
        if (discardedBy == rule) {
            tunnel.reset();
            return;
        }
        if (readingStoppedBy.remove(rule)) {
            readOrNot();
        }
        send();
    }

    /** No more will come; what is queued still goes its way. */
    void onSourceEnded() {
        sourceEnded = true;
        send();
    }

    /** Nothing goes anywhere any more. */
    void end() {
        over = true;
        queue.forEach(Frame::release);
        queue.clear();
    }

    private void readOrNot() {
        from.config().setAutoRead(queuedBytes < QUEUED_BYTES_MAX && readingStoppedBy.isEmpty());
    }

    private void send() {
        while (!over && to.isWritable()) {
            Frame frame = queue.peek();
            if (frame == null) {
                if (sourceEnded) {
                    tunnel.onDrained(this);
                }
                return;
            }
            long waitNanos = Math.max(frame.dueNanos, notBeforeNanos) - System.nanoTime();
            if (frame.isHeld()) {
                return;
            }
            if (waitNanos > 0) {
                wakeAfter(waitNanos);
                return;
            }
            if (!sendNextPiece(frame)) {
                return;
            }
        }
    }

    /** False if the loop has to come back for the rest. */
    private boolean sendNextPiece(Frame frame) {
        ByteBuf piece = frame.nextPiece();
        if (piece == null) {
            onSent(frame);
            return true;
        }
        int size = piece.readableBytes();
        to.writeAndFlush(piece, to.voidPromise());
        if (frame.isWholeAtOnce()) {
            return true;
        }
        if (frame.bytesPerSecond() < Long.MAX_VALUE) {
            notBeforeNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(size) / frame.bytesPerSecond();
        }
        // Even without a limit: in its own turn, so that the receiver gets the chance to read what is there.
        wakeAfter(0);
        return false;
    }

    private void onSent(Frame frame) {
        queue.remove();
        queuedBytes -= frame.queuedBytes;
        frame.release();
        readOrNot();
        switch (frame.ending) {
            case NONE -> {}
            case CLOSE -> tunnel.close();
            case RESET -> tunnel.reset();
        }
    }

    private void wakeAfter(long nanos) {
        if (!wakeUpPlanned) {
            wakeUpPlanned = true;
            from.eventLoop()
                    .schedule(
                            () -> {
                                wakeUpPlanned = false;
                                send();
                            },
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }
}
