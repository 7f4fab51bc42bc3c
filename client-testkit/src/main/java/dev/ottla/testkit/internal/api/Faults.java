package dev.ottla.testkit.internal.api;

import dev.ottla.common.TopicPartition;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ApiKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What tests have asked to go wrong, each a number of times: the oldest rule that fits is used up first. Asked for every
 * request by its session, and for every partition by its handler. Owned by the cluster's loop.
 */
@EventLoopConfined
public final class Faults {
    private final List<Rule> rules = new ArrayList<>();

    /** What happens to a request that a rule fits. */
    public sealed interface Fault {

        /**
         * The request, or its part for the partition, is refused with the error before anything is done. Errors whose
         * meaning is that something was done come after the work: see {@link #comesAfterTheWork}.
         */
        record Fail(ErrorCode error) implements Fault {}

        /** The work is done at once, its answer comes so much later. */
        record Delay(long nanos) implements Fault {}

        /** The request is worked on only so much later, even if its connection has ended by then. */
        record Defer(long nanos) implements Fault {}

        /** The connection is closed instead of an answer. */
        record Disconnect(boolean afterWork) implements Fault {}
    }

    /**
     * Which requests a rule fits.
     *
     * @param api the API
     * @param nodeId the broker that is asked; null for any
     * @param partition the partition that is asked for; null for the request as a whole
     */
    public record Target(
            ApiKey api, @Nullable Integer nodeId, @Nullable TopicPartition partition) {
        private boolean fits(ApiKey otherApi, int otherNodeId, @Nullable TopicPartition otherPartition) {
            return api == otherApi
                    && (nodeId == null || nodeId == otherNodeId)
                    && (partition == null ? otherPartition == null : partition.equals(otherPartition));
        }
    }

    /** Adds a rule that is used up after so many uses. */
    public void add(Target target, Fault fault, int times) {
        rules.add(new Rule(target, fault, times));
    }

    /** Drops all rules. */
    public void clear() {
        rules.clear();
    }

    /** The fault for a request as a whole, or for its part for one partition; null for none. */
    @Nullable
    Fault take(ApiKey api, int nodeId, @Nullable TopicPartition partition) {
        for (Iterator<Rule> each = rules.iterator(); each.hasNext(); ) {
            Rule rule = each.next();
            if (rule.target.fits(api, nodeId, partition)) {
                rule.timesLeft--;
                if (rule.timesLeft <= 0) {
                    each.remove();
                }
                return rule.fault;
            }
        }
        return null;
    }

    /** Whether the error says that the batch may have been appended all the same. */
    static boolean comesAfterTheWork(ErrorCode error) {
        return error == ErrorCode.REQUEST_TIMED_OUT || error == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND;
    }

    private static final class Rule {
        private final Target target;
        private final Fault fault;
        private int timesLeft;

        Rule(Target target, Fault fault, int times) {
            this.target = target;
            this.fault = fault;
            this.timesLeft = times;
        }
    }
}
