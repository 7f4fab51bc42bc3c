import org.jspecify.annotations.NullMarked;

/** The producer. */
@NullMarked
module dev.ottla.producer {
    requires transitive dev.ottla.core;
    requires org.slf4j;
    requires io.netty.buffer;

    exports dev.ottla.producer;
}
