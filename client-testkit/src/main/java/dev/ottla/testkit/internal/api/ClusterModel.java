package dev.ottla.testkit.internal.api;

import dev.ottla.common.Uuid;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.testkit.internal.group.ConsumerGroup;
import dev.ottla.testkit.internal.group.Groups;
import dev.ottla.testkit.internal.topic.Brokers;
import dev.ottla.testkit.internal.topic.Topics;
import dev.ottla.testkit.internal.txn.Transactions;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * All state of the cluster, as the handlers of every broker share it. A real cluster replicates it; the model has it once.
 * Owned by the cluster's loop.
 */
@EventLoopConfined
public final class ClusterModel {
    private final EventLoop loop;
    private final WallClock clock;
    private final ClusterOptions options;
    private final Faults faults = new Faults();
    private final String clusterId;
    private final Brokers brokers;
    private final Topics topics;
    private final Coordinators coordinators;
    private final Groups groups;
    private final Transactions transactions;
    private final Map<Integer, FetchSessions> fetchSessions = new HashMap<>();
    private long lastProducerId = -1;

    public ClusterModel(EventLoop loop, WallClock clock, RandomGenerator random, ClusterOptions options) {
        this.loop = loop;
        this.clock = clock;
        this.options = options;
        this.brokers = new Brokers(options.brokers());
        this.topics = new Topics(brokers, random);
        this.coordinators = new Coordinators(brokers);
        this.groups = new Groups(
                loop,
                topics,
                options.groupInitialRebalanceDelay(),
                new ConsumerGroup.Times(options.consumerHeartbeatInterval(), options.consumerSessionTimeout()));
        this.transactions = new Transactions(loop, clock, this::nextProducerId, new TransactionMarkers(this));
        this.clusterId = Uuid.of(topics.newId()).toString();
    }

    /** Where everything runs, and what deadlines are measured on. */
    public EventLoop loop() {
        return loop;
    }

    /** The clock for timestamps. */
    public WallClock clock() {
        return clock;
    }

    public ClusterOptions options() {
        return options;
    }

    public Faults faults() {
        return faults;
    }

    /** The cluster's id, in the form that Kafka prints. */
    public String clusterId() {
        return clusterId;
    }

    public Brokers brokers() {
        return brokers;
    }

    public Topics topics() {
        return topics;
    }

    public Coordinators coordinators() {
        return coordinators;
    }

    public Groups groups() {
        return groups;
    }

    public Transactions transactions() {
        return transactions;
    }

    /** The fetch sessions of a broker. */
    public FetchSessions fetchSessions(int nodeId) {
        return fetchSessions.computeIfAbsent(nodeId, id -> new FetchSessions(loop, options.fetchSessionSlots()));
    }

    /** A producer id that nobody has had. */
    long nextProducerId() {
        return ++lastProducerId;
    }
}
