import org.jspecify.annotations.NullMarked;

/** The admin: topics, groups and the cluster itself, looked at and changed. */
@NullMarked
module dev.ottla.admin {
    requires transitive dev.ottla.core;
    requires io.netty.buffer;

    exports dev.ottla.admin;
}
