import org.jspecify.annotations.NullMarked;

/** The shared ground of the producer, the consumer and the admin: protocol, records, connections, cluster, options. */
@NullMarked
module dev.ottla.core {
    requires transitive org.jspecify;
    requires org.slf4j;
    requires io.netty.common;
    requires io.netty.buffer;
    requires io.netty.transport;
    requires io.netty.handler;
    requires io.netty.codec;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.unix.common;
    requires static org.lz4.java;
    requires static org.xerial.snappy;
    requires static com.github.luben.zstd_jni;

    exports dev.ottla;
    exports dev.ottla.common;
    exports dev.ottla.config;
    exports dev.ottla.errors;
    exports dev.ottla.serialization;
    exports dev.ottla.internal.client to
            dev.ottla.testkit;
    exports dev.ottla.internal.cluster to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.admin,
            dev.ottla.testkit;
    exports dev.ottla.internal.concurrent to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.admin,
            dev.ottla.testkit;
    exports dev.ottla.internal.net to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.admin,
            dev.ottla.testkit;
    exports dev.ottla.internal.protocol to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.admin,
            dev.ottla.testkit;
    exports dev.ottla.internal.protocol.message to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.admin,
            dev.ottla.testkit;
    exports dev.ottla.internal.record to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.testkit;
    exports dev.ottla.internal.record.compression to
            dev.ottla.producer,
            dev.ottla.consumer,
            dev.ottla.testkit;
}
