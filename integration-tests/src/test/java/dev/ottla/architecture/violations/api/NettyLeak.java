package dev.ottla.architecture.violations.api;

import dev.ottla.architecture.violations.internal.ClockHelper;
import io.netty.buffer.ByteBuf;

/** Breaks: a Netty type in a public signature, and the other half of a cycle. */
public record NettyLeak(ByteBuf buffer, long deadlineNanos) {
    public boolean isDue() {
        return ClockHelper.isDue(this, 0);
    }
}
