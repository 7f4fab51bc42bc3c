package dev.ottla.consumer.internal.group;

import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.concurrent.Copies;
import dev.ottla.internal.concurrent.EventLoopConfined;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The topics whose metadata is kept fresh for one consumer: those that it wants, and others that it still reads, because they may
 * be committed to until the group has taken them away. Owned by the home loop.
 */
@EventLoopConfined
public final class FollowedTopics {
    private final Cluster cluster;
    private final boolean mayCreate;
    private final Predicate<String> isRead;
    private final Set<String> followed = new TreeSet<>();
    private Set<String> wanted = Set.of();

    /**
     * Follows none yet.
     *
     * @param mayCreate whether brokers may create them
     * @param isRead whether any partition of a topic is this consumer's
     */
    public FollowedTopics(Cluster cluster, boolean mayCreate, Predicate<String> isRead) {
        this.cluster = cluster;
        this.mayCreate = mayCreate;
        this.isRead = isRead;
    }

    /** These are wanted from now on, in place of others. */
    public void follow(Set<String> topics) {
        wanted = Copies.of(topics);
        wanted.stream().filter(followed::add).forEach(mayCreate ? cluster::track : cluster::trackExisting);
        letGo();
    }

    /** Some may not be read any more. */
    public void letGo() {
        followed.removeIf(topic -> {
            boolean done = !wanted.contains(topic) && !isRead.test(topic);
            if (done) {
                untrack(topic);
            }
            return done;
        });
    }

    private void untrack(String topic) {
        if (mayCreate) {
            cluster.untrack(topic);
        } else {
            cluster.untrackExisting(topic);
        }
    }

    /** Follows none any more. */
    public void close() {
        followed.forEach(this::untrack);
        followed.clear();
    }
}
