import org.jspecify.annotations.NullMarked;

/** Kafka for tests: real brokers, faults between them and their clients, simulated runs of the client, and a checker of what clients did. */
@NullMarked
module dev.ottla.testkit {
    requires transitive dev.ottla.core;
    requires transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.transport;
    requires org.slf4j;
    requires eu.maveniverse.maven.mima.context;
    requires org.apache.maven.resolver;
    requires org.apache.maven.resolver.util;
    requires static transitive org.junit.jupiter.api;
    requires static com.github.dockerjava.api;
    requires static testcontainers;

    exports dev.ottla.testkit;
    exports dev.ottla.testkit.fault;
    exports dev.ottla.testkit.history;
    exports dev.ottla.testkit.simulation;
}
