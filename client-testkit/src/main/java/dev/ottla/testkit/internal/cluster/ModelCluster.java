package dev.ottla.testkit.internal.cluster;

import dev.ottla.common.TopicPartition;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.concurrent.WallClock;
import dev.ottla.internal.record.DecodedRecord;
import dev.ottla.testkit.internal.api.Apis;
import dev.ottla.testkit.internal.api.ClusterModel;
import dev.ottla.testkit.internal.api.ClusterOptions;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.api.Faults;
import dev.ottla.testkit.internal.group.Group;
import dev.ottla.testkit.internal.log.LogSearch;
import dev.ottla.testkit.internal.log.PartitionLog;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import dev.ottla.testkit.internal.topic.Partition;
import dev.ottla.testkit.internal.topic.Topic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A Kafka cluster as a state machine on one event loop: requests come in through the brokers' ports, tests interfere through
 * the methods here. Everything runs on the loop, waits on its timers, and takes time and chance from what it is given; so it
 * serves real sockets on a Netty loop, and repeats to the bit in a simulation. All methods are to be called on the loop.
 */
@EventLoopConfined
public final class ModelCluster {
    private final ClusterModel model;
    private final Map<Integer, ModelBroker> brokers = new TreeMap<>();

    /** A cluster whose brokers are all up; each needs an address before clients can be told of it. */
    public ModelCluster(EventLoop loop, WallClock clock, RandomGenerator random, ClusterOptions options) {
        this.model = new ClusterModel(loop, clock, random, options);
        Apis apis = new Apis(model);
        for (Broker each : model.brokers().all()) {
            brokers.put(each.id(), new ModelBroker(model, apis, each.id()));
        }
    }

    /** The door of a broker. */
    public BrokerPort broker(int nodeId) {
        return find(nodeId);
    }

    private ModelBroker find(int nodeId) {
        ModelBroker broker = brokers.get(nodeId);
        if (broker == null) {
            throw new IllegalArgumentException("no broker " + nodeId + "; the ids are " + brokers.keySet());
        }
        return broker;
    }

    /** Sets where clients are told to connect to a broker. */
    public void advertise(int nodeId, String host, int port) {
        model.brokers().get(nodeId).advertise(host, port);
    }

    /** The cluster's id. */
    public String clusterId() {
        return model.clusterId();
    }

    /** What goes wrong next. */
    public Faults faults() {
        return model.faults();
    }

    /** Creates a topic with replicas on the live brokers in turn. */
    public Topic createTopic(String name, int partitions, int replicationFactor, Map<String, String> configs) {
        return model.topics().create(name, partitions, replicationFactor, configs);
    }

    /** Deletes a topic and creates one of the same name and shape, with another id, empty logs, and leader epochs from 0. */
    public Topic recreateTopic(String name) {
        Topic old = topic(name);
        List<List<Integer>> replicas =
                old.partitions().stream().map(Partition::replicas).toList();
        deleteTopic(name);
        return model.topics().create(name, replicas, old.configs());
    }

    /** Deletes a topic. */
    public void deleteTopic(String name) {
        model.topics().delete(topic(name));
        model.groups().onTopicDeleted(name);
    }

    /** Ends all connections; what waits in them is given up. */
    public void disconnectAll() {
        brokers.values().forEach(ModelBroker::disconnectAll);
    }

    /** Kills a broker: connections and fetch sessions are gone, other replicas lead, other brokers coordinate. */
    public void brokerDown(int nodeId) {
        ModelBroker broker = find(nodeId);
        if (!model.brokers().isUp(nodeId)) {
            return;
        }
        List<Group> coordinated = model.groups().all().stream()
                .filter(group -> coordinator(Kind.GROUP, group.id()) == nodeId)
                .toList();
        model.brokers().get(nodeId).setUp(false);
        model.fetchSessions(nodeId).evictAll();
        broker.disconnectAll();
        coordinated.forEach(Group::onCoordinatorMoved);
        forEachPartition(partition -> partition.onBrokerDown(nodeId));
    }

    /** Starts a broker that was down: its replicas catch up, and lead where nobody does. */
    public void brokerUp(int nodeId) {
        model.brokers().get(nodeId).setUp(true);
        forEachPartition(partition -> partition.onBrokerUp(nodeId));
    }

    private void forEachPartition(Consumer<Partition> action) {
        model.topics().all().forEach(topic -> topic.partitions().forEach(action));
    }

    /**
     * Makes another broker the leader of a partition, in a new epoch.
     *
     * @param losesTail whether the new leader lacks what is above the high watermark
     */
    public void moveLeader(TopicPartition partition, int nodeId, boolean losesTail) {
        whereItMayLead(partition, nodeId).elect(nodeId, losesTail);
    }

    private Partition whereItMayLead(TopicPartition partition, int nodeId) {
        Partition moved = partition(partition);
        if (!moved.replicas().contains(nodeId) || !model.brokers().isUp(nodeId)) {
            throw new IllegalArgumentException("broker " + nodeId + " can not lead " + partition
                    + ": it must be up and one of the replicas " + moved.replicas());
        }
        return moved;
    }

    /** Makes another broker the leader of a partition, in a new epoch, that has nothing from {@code endOffset} on. */
    public void moveLeaderUncleanly(TopicPartition partition, int nodeId, long endOffset) {
        whereItMayLead(partition, nodeId).electUnclean(nodeId, endOffset);
    }

    /** Puts another broker in charge of a group or a transactional id. */
    public void moveCoordinator(Kind kind, String id, int nodeId) {
        find(nodeId);
        model.coordinators().move(kind, id, nodeId);
        Group group = kind == Kind.GROUP ? model.groups().find(id) : null;
        if (group != null) {
            group.onCoordinatorMoved();
        }
    }

    /** The broker in charge of a group or a transactional id. */
    public int coordinator(Kind kind, String id) {
        return model.coordinators().of(kind, id);
    }

    /** How long the markers of transactions come after the decision. */
    public void transactionMarkerDelay(long nanos) {
        model.transactions().markerDelayNanos(nanos);
    }

    /** Makes all partitions forget a producer. */
    public void expireProducerId(long producerId) {
        forEachPartition(partition -> partition.log().expireProducer(producerId));
    }

    /** Makes all partitions forget all producers without open transactions. */
    public void expireProducerIds() {
        forEachPartition(partition -> partition.log().expireProducers());
    }

    /** Drops a broker's fetch sessions. */
    public void evictFetchSessions(int nodeId) {
        model.fetchSessions(nodeId).evictAll();
    }

    /** What a group has committed, by partition. */
    public Map<TopicPartition, Long> committedOffsets(String group) {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        if (model.groups().find(group) != null) {
            model.groups()
                    .offsets(group)
                    .all()
                    .forEach((partition, committed) -> offsets.put(partition, committed.offset()));
        }
        return offsets;
    }

    /** A topic. */
    public Topic topic(String name) {
        Topic topic = model.topics().find(name);
        if (topic == null) {
            throw new IllegalArgumentException("there is no topic " + name);
        }
        return topic;
    }

    /** A partition. */
    public Partition partition(TopicPartition partition) {
        Partition found = topic(partition.topic()).partition(partition.partition());
        if (found == null) {
            throw new IllegalArgumentException("there is no partition " + partition);
        }
        return found;
    }

    /** The records of a partition that consumers can see, without transaction markers. */
    public List<DecodedRecord> records(TopicPartition partition) {
        PartitionLog log = partition(partition).log();
        return LogSearch.records(log, log.logStartOffset(), log.highWatermark());
    }
}
