package dev.ottla.samples.demo;

import dev.ottla.KafkaClient;
import dev.ottla.admin.Admin;
import dev.ottla.admin.NewTopic;
import dev.ottla.testkit.RealKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Sends records through a real broker with two producers and reads them with a group whose members come and go, then checks
 * every one of them. Exits with 0 if all is as promised, with 1 if it is not.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Sends records through a real local Kafka broker, reads them with a group whose members come and go, "
                        + "and checks every one of them.")
final class Demo implements Callable<Integer> {
    private static final String TOPIC = "demo";
    private static final Duration TIME_LIMIT = Duration.ofMinutes(5);
    private static final long TICK_MILLIS = 100;
    private static final int TICKS_PER_LINE = 10;

    /** One record in so many is sent by the producer that waits for each. */
    private static final int SYNC_SHARE = 20;

    @Option(
            names = "--records",
            defaultValue = "200000",
            description = "How many records to send, at least 1000 (default: ${DEFAULT-VALUE}).")
    private int records;

    @Option(
            names = "--partitions",
            defaultValue = "12",
            description = "How many partitions the topic has (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Option(names = "--terminal", hidden = true, description = "Draw a progress bar; ./demo asks for it on a terminal.")
    private boolean onTerminal;

    private final long startNanos = System.nanoTime();
    private final List<DemoConsumer> consumers = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Demo() {}

    /** Runs the demo. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Demo()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (records < 1_000 || partitions < 1) {
            throw new IllegalArgumentException("--records must be at least 1000 and --partitions at least 1");
        }
        System.out.println("Starting a Kafka broker ...");
        try (RealKafka broker = RealKafka.start();
                KafkaClient kafka = KafkaClient.connect(broker.bootstrapServers())) {
            System.out.printf("Kafka %s listens on %s%n", broker.version(), broker.bootstrapServers());
            createTopic(kafka);
            return run(kafka);
        } finally {
            threads.shutdownNow();
        }
    }

    private void createTopic(KafkaClient kafka) {
        try (Admin admin = Admin.create(kafka)) {
            admin.topics()
                    .create(NewTopic.of(TOPIC).partitions(partitions).replicationFactor(1))
                    .join()
                    .all();
        }
    }

    private int run(KafkaClient kafka) throws Exception {
        Ledger ledger = new Ledger(records, records / SYNC_SHARE);
        Senders senders = new Senders(kafka, TOPIC, ledger);
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch third = new CountDownLatch(1);
        CountDownLatch oneLess = new CountDownLatch(1);
        long runStartNanos = System.nanoTime();
        try (Progress progress = Progress.ofRecords(records, onTerminal)) {
            DemoConsumer first = join("consumer-1", kafka, ledger, progress);
            join("consumer-2", kafka, ledger, progress);
            running.add(threads.submit(senders::sendSync));
            running.add(threads.submit(() -> {
                senders.sendAsync(start, third, oneLess);
                return null;
            }));
            start.countDown();
            await(ledger, progress, () -> ledger.received() > records / 4);
            DemoConsumer latecomer = join("consumer-3", kafka, ledger, progress);
            // Only what is sent after the rebalance is sure to meet the latecomer: the others may have read the rest.
            await(ledger, progress, latecomer::isAssigned);
            third.countDown();
            await(ledger, progress, () -> latecomer.received() > 0);
            progress.say("consumer-1 is told to stop");
            first.stop();
            oneLess.countDown();
            await(ledger, progress, ledger::isComplete);
        }
        Duration elapsed = Duration.ofNanos(System.nanoTime() - runStartNanos);
        stopAll();
        System.out.println(new Summary(ledger, consumers, senders, elapsed));
        return ledger.verdict().isGood() ? 0 : 1;
    }

    private DemoConsumer join(String name, KafkaClient kafka, Ledger ledger, Progress progress) {
        progress.say(name + " joins the group");
        DemoConsumer consumer = new DemoConsumer(name, kafka, TOPIC, ledger, progress);
        consumers.add(consumer);
        running.add(threads.submit(consumer));
        return consumer;
    }

    /** Shows progress until the condition holds; fails when the time is up, or a thread has failed. */
    private void await(Ledger ledger, Progress progress, BooleanSupplier condition) throws Exception {
        for (int tick = 1; !condition.getAsBoolean(); tick++) {
            if (elapsed().compareTo(TIME_LIMIT) > 0) {
                throw new TimeoutException("the demo did not end within " + TIME_LIMIT.toMinutes() + " minutes; "
                        + ledger.sent() + " records were sent, " + ledger.received() + " were read");
            }
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            for (Future<?> thread : running) {
                if (thread.isDone()) {
                    thread.get();
                }
            }
            if (tick % TICKS_PER_LINE == 0) {
                progress.show(ledger.sent(), ledger.received(), elapsed());
            }
        }
        progress.show(ledger.sent(), ledger.received(), elapsed());
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Waits for the members to leave, so that what they would still receive twice is counted too. */
    private void stopAll() throws Exception {
        consumers.forEach(DemoConsumer::stop);
        for (Future<?> thread : running) {
            thread.get(60, TimeUnit.SECONDS);
        }
    }
}
