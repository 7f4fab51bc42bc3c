import org.jspecify.annotations.NullMarked;

/** The consumer. */
@NullMarked
module dev.ottla.consumer {
    requires transitive dev.ottla.core;
    requires org.slf4j;
    requires io.netty.buffer;

    exports dev.ottla.consumer;
    exports dev.ottla.consumer.assignor;
}
