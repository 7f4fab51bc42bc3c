package dev.ottla.testkit;

/** How soon the brokers of a {@link RealKafka} notice that one of them is lost. */
public enum Failover {
    /**
     * A lost broker after about 3 s, a lost controller after 1 s: {@code broker.session.timeout.ms=3000},
     * {@code broker.heartbeat.interval.ms=500}, {@code controller.quorum.election.timeout.ms=500},
     * {@code controller.quorum.fetch.timeout.ms=1000}, {@code replica.lag.time.max.ms=3000}; with ZooKeeper
     * {@code zookeeper.session.timeout.ms=2000}. For one broker too: after a kill it is admitted again only when its
     * old session has ended.
     */
    FAST,

    /** Kafka's own defaults: a lost broker after 9 s, or 18 s with ZooKeeper, and a lost controller after 2 s. */
    KAFKA_DEFAULT
}
