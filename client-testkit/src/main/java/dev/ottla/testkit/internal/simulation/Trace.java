package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayList;
import java.util.List;

/**
 * What happened in a run, step by step: always as a hash over every step and every byte that was carried, so that two runs
 * can be told apart by one bit, and as text on demand.
 */
@Confined
public final class Trace {
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final boolean recordsText;
    private final List<String> text = new ArrayList<>();
    private long hash = PRIME;
    private long steps;

    Trace(boolean recordsText) {
        this.recordsText = recordsText;
    }

    /** One number for all that happened. */
    public long hash() {
        return hash;
    }

    /** How many steps there were. */
    public long steps() {
        return steps;
    }

    /** All steps and notes in words; empty unless asked for. */
    public List<String> text() {
        return text;
    }

    void step(long elapsedNanos, String actor) {
        steps++;
        mix(elapsedNanos);
        mix(actor.hashCode());
        if (recordsText) {
            text.add(elapsedNanos / 1_000 + " us " + actor);
        }
    }

    void bytes(byte[] carried) {
        long sum = carried.length;
        for (byte each : carried) {
            sum = sum * 31 + each;
        }
        mix(sum);
        if (recordsText) {
            text.add("    " + carried.length + " bytes, hash " + Long.toHexString(sum));
        }
    }

    /** Something worth telling, such as a fault. */
    public void note(String what) {
        mix(what.hashCode());
        if (recordsText) {
            text.add("    " + what);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 32;
    }
}
