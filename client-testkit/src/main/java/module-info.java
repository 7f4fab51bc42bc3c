import org.jspecify.annotations.NullMarked;

/** Real Apache Kafka brokers for tests, and faults between them and their clients. */
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
}
