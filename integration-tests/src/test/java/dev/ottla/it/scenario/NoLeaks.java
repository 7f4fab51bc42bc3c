package dev.ottla.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails every test class up to whose end a Netty buffer was lost; JUnit finds it as a service. Makes sure that all of them are
 * watched, and that the producer's memory is overwritten when it is given back, which it is when assertions are on.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final long PAUSE_NANOS = 1_000_000;

    @Override
    public void beforeAll(ExtensionContext context) {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(System.getProperty("io.netty.customResourceLeakDetector"))
                .isEqualTo(CountingLeakDetector.class.getName());
        assertThat(NoLeaks.class.desiredAssertionStatus()).as("-ea").isTrue();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        collectGarbage();
        // The next buffers ask what became of those before.
        for (int i = 0; i < 10; i++) {
            ByteBuf asking = PooledByteBufAllocator.DEFAULT.buffer(1);
            asking.release();
        }
        List<String> lost = CountingLeakDetector.takeLeaks();
        if (!context.getRequiredTestClass().isAnnotationPresent(MayLeak.class)) {
            assertThat(lost).as("buffers that were lost").isEmpty();
        }
    }

    private static void collectGarbage() {
        WeakReference<Object> garbage = new WeakReference<>(new Object());
        for (int tries = 0; tries < 1_000 && garbage.get() != null; tries++) {
            System.gc();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
