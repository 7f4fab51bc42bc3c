package dev.ottla.admin;

import dev.ottla.common.TopicNames;
import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects all that is wrong with the arguments of one operation, before anything is sent. */
@Confined
final class ArgumentChecks {
    private final List<String> problems = new ArrayList<>();

    /** Notes the problem unless the condition holds. */
    ArgumentChecks require(boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
        return this;
    }

    /** Kafka's rule for topic names; each named once. */
    ArgumentChecks topicNames(Collection<String> topics) {
        for (String topic : topics) {
            try {
                TopicNames.requireLegal(topic);
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return distinct("topic", topics);
    }

    /** Not empty; each named once. */
    ArgumentChecks groupIds(Collection<String> groupIds) {
        require(groupIds.stream().noneMatch(String::isEmpty), "group id must not be empty");
        return distinct("group", groupIds);
    }

    private ArgumentChecks distinct(String what, Collection<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            require(seen.add(name), what + " \"" + name + "\" is named twice");
        }
        return this;
    }

    /**
     * Ends the check.
     *
     * @throws IllegalArgumentException if anything is wrong; the message has all of it
     */
    void done() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }
}
