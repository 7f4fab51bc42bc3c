package dev.ottla.consumer;

import dev.ottla.common.TopicNames;
import dev.ottla.common.TopicPartition;
import dev.ottla.config.Assignor;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.ConsumerOptions;
import dev.ottla.config.GroupProtocol;
import dev.ottla.consumer.assignor.PartitionAssignor;
import dev.ottla.consumer.internal.TopicSelection;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.serialization.Deserializer;
import dev.ottla.serialization.Deserializers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds everything that is wrong with what a {@link ConsumerBuilder} has collected. Used by one thread during one build. */
final class ConsumerChecks {
    private final ClientOptions clientOptions;
    private final List<InvalidOption> problems = new ArrayList<>();

    ConsumerChecks(ClientOptions clientOptions) {
        this.clientOptions = clientOptions;
    }

    /** The options, or null if they are wrong by themselves. */
    @Nullable
    ConsumerOptions options(ConsumerOptions.Builder builder) {
        ConsumerOptions options;
        try {
            options = builder.build(clientOptions);
        } catch (InvalidOptionsException e) {
            problems.addAll(e.problems());
            return null;
        }
        if (options.groupRemoteAssignor().isPresent() && options.groupProtocol() == GroupProtocol.CLASSIC) {
            problem("group.remote.assignor", "needs group.protocol=consumer (or auto)");
        }
        return options;
    }

    void topics(Set<String> topics, int patterns, Set<TopicPartition> partitions) {
        int ways = patterns + (topics.isEmpty() ? 0 : 1) + (partitions.isEmpty() ? 0 : 1);
        if (ways == 0) {
            problem("topics", "say what to read: topics(...) or assign(...)");
        } else if (ways > 1 && !partitions.isEmpty()) {
            problem("topics", "can't be combined with assign(...)");
        } else if (ways > 1) {
            problem("topics", "are given by their names or by one pattern, not by several of these");
        }
        Collection<String> names = new TreeSet<>(topics);
        partitions.forEach(partition -> names.add(partition.topic()));
        for (String name : names) {
            try {
                TopicNames.requireLegal(name);
            } catch (IllegalArgumentException e) {
                problem("topics", String.valueOf(e.getMessage()));
            }
        }
    }

    void group(ConsumerOptions options, TopicSelection topics) {
        Optional<String> group = options.groupId();
        if (group.isPresent() && group.get().isEmpty()) {
            problem("group.id", "must not be empty");
        } else if (group.isEmpty() && !topics.equals(TopicSelection.none())) {
            problem("group.id", "is needed to subscribe to topics; without a group, use assign(...)");
        }
        if (topics instanceof TopicSelection.MatchingAtBroker && options.groupProtocol() != GroupProtocol.CONSUMER) {
            problem(
                    "group.protocol",
                    "must be consumer for a SubscriptionPattern; elsewhere the client matches: topics(Pattern)");
        }
    }

    /** The assignors to offer to the group, in order of preference. */
    List<PartitionAssignor> assignors(ConsumerOptions options, List<PartitionAssignor> own) {
        if (!own.isEmpty()) {
            return own;
        }
        List<PartitionAssignor> chosen = new ArrayList<>();
        for (Assignor assignor : options.assignors()) {
            chosen.add(
                    switch (assignor) {
                        case RANGE -> PartitionAssignor.range();
                        case ROUND_ROBIN -> PartitionAssignor.roundRobin();
                        case STICKY -> PartitionAssignor.sticky();
                        case COOPERATIVE_STICKY -> PartitionAssignor.cooperativeSticky();
                    });
        }
        return chosen;
    }

    /** The one given in code, or else the one that the configuration names. */
    @SuppressWarnings("unchecked") // who names a deserializer in a configuration vouches for its type
    <T> TopicDeserializers<T> deserializer(
            String key, @Nullable Deserializer<?> byCode, Optional<Deserializer<?>> byName) {
        if (byCode == null && byName.isEmpty()) {
            problem(key, "is not set, neither in code nor in the configuration");
        } else if (byCode == Deserializers.bytes() && byName.isPresent() && byName.get() != byCode) {
            problem(
                    key,
                    "is set in the configuration, but this builder makes byte arrays: begin with"
                            + " Consumer.builder(kafka, config), or give the deserializer in code");
        }
        Deserializer<?> chosen = byCode != null ? byCode : byName.orElse(Deserializers.bytes());
        return new TopicDeserializers<>((Deserializer<T>) chosen);
    }

    private void problem(String option, String what) {
        problems.add(new InvalidOption(option, what));
    }

    boolean foundAny() {
        return !problems.isEmpty();
    }

    InvalidOptionsException failure() {
        return new InvalidOptionsException(problems);
    }
}
