package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.LendableLoop;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.util.function.BooleanSupplier;

/** A {@link LendableIoEventLoop}, as the rest of the client sees it. */
@ThreadSafe
final class LendableNettyLoop extends NettyEventLoop implements LendableLoop {
    private final LendableIoEventLoop netty;

    LendableNettyLoop(LendableIoEventLoop netty) {
        super(netty);
        this.netty = netty;
    }

    @Override
    public boolean runUntil(BooleanSupplier enough, long timeoutNanos) {
        return netty.runUntil(enough, timeoutNanos);
    }

    @Override
    public void nudge() {
        netty.nudge();
    }

    @Override
    public void shutdown() {
        NettyRuntime.end(netty);
    }
}
