package dev.ottla.it.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.common.ByteSize;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.ClientOptions;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.Outcome;
import dev.ottla.it.simulation.Plan.Step.Transact;
import dev.ottla.producer.Backpressure;
import dev.ottla.producer.Producer;
import dev.ottla.producer.ProducerRecord;
import dev.ottla.producer.Transaction;
import dev.ottla.producer.TransactionStatus;
import dev.ottla.producer.TransactionalProducer;
import dev.ottla.serialization.Serializers;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.CallBegan;
import dev.ottla.testkit.history.HistoryEvent.CallEnded;
import dev.ottla.testkit.history.HistoryEvent.ProducerClosed;
import dev.ottla.testkit.history.HistoryEvent.ProducerCrashed;
import dev.ottla.testkit.history.HistoryEvent.ProducerStarted;
import dev.ottla.testkit.history.HistoryEvent.SentInTransaction;
import dev.ottla.testkit.history.HistoryEvent.TransactionAborted;
import dev.ottla.testkit.history.HistoryEvent.TransactionBegan;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitInvoked;
import dev.ottla.testkit.history.HistoryEvent.TransactionCommitted;
import dev.ottla.testkit.history.HistoryEvent.TransactionRefused;
import dev.ottla.testkit.history.HistoryEvent.TransactionUnknown;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A transactional producer, in a client of its own, that runs one transaction after the other until it is fenced or killed. What
 * it asks for and is told goes into the history. It waits for nothing: each step looks whether the call before has ended.
 */
final class TransactingProducer {
    private static final int COMMITS_MAX = 3;

    private final Simulation simulation;
    private final String name;
    private final RandomGenerator random;
    private final KafkaClient client;
    private final TransactionalProducer<String, String> producer;
    private final Duration maxBlock;
    private final Duration endTimeout;
    private final RecordedSends sends;
    private final Queue<Transact> todo = new ArrayDeque<>();
    private Runnable next = this::begin;
    private boolean isInTransaction;
    private boolean isGone;
    private int transactions;
    private int calls;

    TransactingProducer(Simulation simulation, String name, String transactionalId, RandomGenerator random) {
        this.simulation = simulation;
        this.name = name;
        this.random = random;
        Duration deliveryTimeout = Duration.ofMillis(1_500 + random.nextInt(4_000));
        this.maxBlock = Duration.ofMillis(400 + random.nextInt(2_600));
        this.endTimeout = deliveryTimeout.plus(maxBlock);
        this.client = simulation.client(
                ClientOptions.builder().clientId(name).ioThreads(2).requestTimeout(ProduceScenario.REQUEST_TIMEOUT));
        this.producer = Producer.builder(client)
                .keySerializer(Serializers.utf8())
                .valueSerializer(Serializers.utf8())
                .transactionalId(transactionalId)
                .transactionTimeout(Duration.ofMillis(3_000 + random.nextInt(6_000)))
                .batchSize(ByteSize.bytes(200L + random.nextInt(1_000)))
                .maxInFlight(1 + random.nextInt(5))
                .maxBlock(maxBlock)
                .backpressure(Backpressure.suspend())
                .linger(Duration.ofMillis(random.nextInt(30)))
                .deliveryTimeout(deliveryTimeout)
                .buildTransactional();
        this.sends = new RecordedSends(name, this::record, endTimeout);
        record(new ProducerStarted(name, transactionalId));
    }

    private void record(HistoryEvent event) {
        if (!isGone) {
            simulation.history().add(event);
        }
    }

    /** To be run when what was added before has ended. */
    void add(Transact transaction) {
        if (!isGone) {
            todo.add(transaction);
        }
    }

    boolean isIdle() {
        return isGone || (todo.isEmpty() && !isInTransaction);
    }

    Optional<Duration> step() {
        if (isGone) {
            return Optional.empty();
        }
        next.run();
        return Optional.of(Duration.ofMillis(1 + random.nextInt(20)));
    }

    private <T> void await(
            String call,
            Duration deadline,
            CompletableFuture<T> result,
            Consumer<T> onDone,
            Consumer<Throwable> onFailed) {
        String what = call + " " + ++calls;
        record(new CallBegan(name, what, deadline));
        CompletableFuture<Runnable> ended = result.handle((value, failure) -> {
            record(new CallEnded(name, what));
            return failure == null ? () -> onDone.accept(value) : () -> onFailed.accept(failure);
        });
        next = () -> {
            if (ended.isDone()) {
                ended.join().run();
            }
        };
    }

    private void begin() {
        Transact plan = todo.poll();
        if (plan == null) {
            return;
        }
        isInTransaction = true;
        String transaction = name + ":" + ++transactions;
        await(
                "begin",
                maxBlock.multipliedBy(2),
                producer.beginAsync(),
                begun -> {
                    record(new TransactionBegan(name, transaction));
                    next = new Turn(transaction, plan, begun)::send;
                },
                notBegun -> end());
    }

    /** The transaction is over, or given up. */
    private void end() {
        isInTransaction = false;
        next = this::begin;
    }

    void crash() {
        if (!isGone) {
            record(new ProducerCrashed(name));
            isGone = true;
            simulation.kill(client);
        }
    }

    void close(Duration timeout) {
        record(new CallBegan(name, "close", timeout));
        producer.close(isGone ? Duration.ZERO : timeout);
        record(new CallEnded(name, "close"));
        record(new ProducerClosed(name));
        isGone = true;
    }

    /** One transaction, from its first record to its end. */
    private final class Turn {
        private final String transaction;
        private final Transact plan;
        private final Transaction<String, String> open;
        private int sent;
        private int commits;

        Turn(String transaction, Transact plan, Transaction<String, String> open) {
            this.transaction = transaction;
            this.plan = plan;
            this.open = open;
        }

        void send() {
            if (sent == plan.partitions().size()) {
                if (plan.aborts()) {
                    abort();
                } else {
                    commit();
                }
                return;
            }
            String recordName = transaction + "/" + sent;
            record(new SentInTransaction(transaction, recordName));
            ProducerRecord<String, String> record = sends.invoke(
                    recordName,
                    new TopicPartition(ProduceScenario.TOPIC, plan.partitions().get(sent)),
                    random.nextInt(4) == 0 ? random.nextInt(700) : 10);
            sent++;
            try {
                open.send(record, (metadata, error) -> sends.onEnd(recordName, metadata, error));
            } catch (IllegalStateException isOver) {
                sends.onRefused(recordName, isOver);
            }
        }

        private void commit() {
            commits++;
            record(new TransactionCommitInvoked(name, transaction));
            await(
                    "commit",
                    endTimeout,
                    open.commitAsync(),
                    done -> {
                        record(new TransactionCommitted(name, transaction));
                        end();
                    },
                    this::onCommitFailed);
        }

        private void onCommitFailed(Throwable failure) {
            boolean isUnknown = failure instanceof KafkaException cause && cause.outcome() == Outcome.UNKNOWN;
            String what = String.valueOf(failure.getMessage());
            record(
                    isUnknown
                            ? new TransactionUnknown(name, transaction, what)
                            : new TransactionRefused(name, transaction, what));
            if (open.status() == TransactionStatus.MUST_ABORT) {
                abort();
            } else if (open.status() == TransactionStatus.COMMIT_UNKNOWN && random.nextInt(3) == 0) {
                abortWrongly();
            } else if (open.status() == TransactionStatus.COMMIT_UNKNOWN) {
                commitAgain();
            } else {
                end();
            }
        }

        /** As an application does that takes the failure for a refusal. */
        private void abortWrongly() {
            await("abort", endTimeout, open.abortAsync(), done -> onAborted(), failure -> commitAgain());
        }

        private void commitAgain() {
            if (commits < COMMITS_MAX) {
                commit();
            } else {
                open.close();
                end();
            }
        }

        private void abort() {
            await(
                    "abort",
                    endTimeout,
                    open.abortAsync(),
                    done -> onAborted(),
                    failure -> next = open.status() == TransactionStatus.MUST_ABORT
                            ? this::abort
                            : TransactingProducer.this::end);
        }

        private void onAborted() {
            record(new TransactionAborted(name, transaction));
            end();
        }
    }
}
