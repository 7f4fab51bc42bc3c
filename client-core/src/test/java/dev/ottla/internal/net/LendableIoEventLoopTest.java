package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs a loop that can be lent, and that nothing on it waits for a borrower. */
@Timeout(30)
@ParameterizedClass
@MethodSource("transports")
class LendableIoEventLoopTest {
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SocketTransport transport;
    private final LendableIoEventLoop loop;
    private final ExecutorService others = Executors.newCachedThreadPool();

    LendableIoEventLoopTest(SocketTransport transport) {
        this.transport = transport;
        this.loop = new LendableIoEventLoop(new DefaultThreadFactory("keeper", true), transport.ioHandlerFactory());
    }

    /** The one of production, where it is to be had, and the JDK's. */
    static Stream<SocketTransport> transports() {
        return Stream.of(SocketTransport.best(), SocketTransport.nio()).distinct();
    }

    @AfterEach
    void endLoop() throws InterruptedException {
        others.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void should_be_done_without_where_the_machine_does_not_give_what_it_needs() {
        assertThat(NettyRuntime.tryNewLendableLoop(Thread::new, executor -> {
                    throw new ChannelException("epoll_create1() failed: Too many open files");
                }))
                .isNull();
    }

    /** The thread that runs the next task. */
    private CompletableFuture<Thread> runner() {
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        loop.execute(() -> runner.complete(Thread.currentThread()));
        return runner;
    }

    private Thread keeper() {
        return runner().join();
    }

    @Test
    void should_run_what_others_hand_over_on_the_borrower_while_it_waits() throws Exception {
        Thread keeper = keeper();
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        AtomicBoolean isLoopsThread = new AtomicBoolean();
        CountDownLatch borrowed = new CountDownLatch(1);
        others.submit(() -> {
            borrowed.await();
            loop.execute(() -> {
                isLoopsThread.set(loop.inEventLoop() && !loop.inEventLoop(keeper));
                runner.complete(Thread.currentThread());
            });
            return null;
        });

        boolean isEnough = loop.runUntil(
                () -> {
                    borrowed.countDown();
                    return runner.isDone();
                },
                LONG_NANOS);

        assertThat(isEnough).isTrue();
        assertThat(runner.join()).isSameAs(Thread.currentThread());
        assertThat(isLoopsThread).isTrue();
        assertThat(loop.inEventLoop()).as("between two visits").isFalse();
    }

    @Test
    void should_run_on_its_own_thread_what_comes_between_two_visits_of_the_borrower() throws Exception {
        Thread keeper = keeper();
        loop.runUntil(() -> true, LONG_NANOS);

        Future<Thread> runner = others.submit(() -> runner().get());

        assertThat(runner.get()).isSameAs(keeper);
    }

    @Test
    void should_run_timers_and_the_borrowers_own_tasks_although_it_does_not_come_back() throws Exception {
        Thread keeper = keeper();
        CompletableFuture<Thread> timer = new CompletableFuture<>();
        loop.runUntil(() -> true, LONG_NANOS);

        loop.schedule(() -> timer.complete(Thread.currentThread()), 1, TimeUnit.MILLISECONDS);

        assertThat(timer.join()).isSameAs(keeper);
    }

    @Test
    void should_be_given_back_when_the_time_is_up() throws Exception {
        Thread keeper = keeper();

        assertThat(loop.runUntil(() -> false, TimeUnit.MILLISECONDS.toNanos(2))).isFalse();

        assertThat(runner().join()).isSameAs(keeper);
    }

    @Test
    void should_fire_timers_on_the_borrower_while_it_waits() throws Exception {
        keeper();
        CompletableFuture<Thread> timer = new CompletableFuture<>();
        loop.runUntil(() -> true, LONG_NANOS);
        loop.schedule(() -> timer.complete(Thread.currentThread()), 1, TimeUnit.MILLISECONDS);

        assertThat(loop.runUntil(timer::isDone, LONG_NANOS)).isTrue();
    }

    @Test
    void should_ask_again_when_nudged() throws Exception {
        keeper();
        AtomicBoolean isThere = new AtomicBoolean();
        CountDownLatch borrowed = new CountDownLatch(1);
        others.submit(() -> {
            borrowed.await();
            isThere.set(true);
            loop.nudge();
            return null;
        });

        boolean isEnough = loop.runUntil(
                () -> {
                    borrowed.countDown();
                    return isThere.get();
                },
                LONG_NANOS);

        assertThat(isEnough).isTrue();
    }

    @Test
    void should_not_lend_to_a_thread_that_is_interrupted_and_leave_the_interrupt_to_it() {
        Thread keeper = keeper();
        Thread.currentThread().interrupt();

        boolean isEnough = loop.runUntil(() -> false, LONG_NANOS);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(isEnough).isFalse();
        assertThat(runner().join()).isSameAs(keeper);
    }

    @Test
    void should_close_its_channels_when_it_ends_between_two_visits() throws Exception {
        keeper();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = new Bootstrap()
                    .group(loop)
                    .channelFactory(transport.channelFactory())
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            assertThat(loop.runUntil(() -> true, LONG_NANOS)).isTrue();

            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);

            assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void should_let_nobody_wait_for_it_that_claims_it_while_it_ends() throws Exception {
        keeper();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(() -> {
            busy.countDown();
            awaitUninterruptibly(done);
        });
        busy.await();
        Future<Boolean> claimant = others.submit(() -> loop.runUntil(() -> false, LONG_NANOS));
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        done.countDown();

        assertThat(claimant.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void should_not_mind_being_nudged_after_its_end() throws Exception {
        keeper();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        loop.awaitTermination(10, TimeUnit.SECONDS);

        assertThatCode(loop::nudge).doesNotThrowAnyException();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void should_end_while_it_is_on_loan() throws Exception {
        keeper();
        CountDownLatch borrowed = new CountDownLatch(1);
        Future<Boolean> borrower = others.submit(() -> loop.runUntil(
                () -> {
                    borrowed.countDown();
                    return false;
                },
                LONG_NANOS));
        borrowed.await();

        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);

        assertThat(loop.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(borrower.get()).isFalse();
        assertThat(loop.runUntil(() -> false, LONG_NANOS)).isFalse();
    }

    /** Without a lock in the task: two drivers at a time, or a take-over that orders nothing, would lose some of the counts. */
    @Test
    void should_have_one_driver_at_a_time_whoever_comes_and_goes() throws Exception {
        keeper();
        int tasksEach = 20_000;
        int[] count = new int[1];
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger visits = new AtomicInteger();
        List<Future<?>> borrowers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            borrowers.add(others.submit(() -> {
                while (!isOver.get()) {
                    int begun = count[0];
                    loop.runUntil(() -> count[0] > begun + 10, TimeUnit.MICROSECONDS.toNanos(200));
                    visits.incrementAndGet();
                }
                return null;
            }));
        }
        List<Future<?>> senders = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            senders.add(others.submit(() -> {
                for (int task = 0; task < tasksEach; task++) {
                    loop.execute(() -> count[0]++);
                }
            }));
        }
        for (Future<?> sender : senders) {
            sender.get();
        }
        int counted = loop.submit(() -> count[0]).get();
        isOver.set(true);
        for (Future<?> borrower : borrowers) {
            borrower.get();
        }

        assertThat(counted).isEqualTo(2 * tasksEach);
        assertThat(visits).hasPositiveValue();
    }
}
