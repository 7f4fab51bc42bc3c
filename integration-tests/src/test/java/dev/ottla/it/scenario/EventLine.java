package dev.ottla.it.scenario;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.HistoryEvent;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The events of a group's member as lines of words, to come from another process. No name has a blank or a comma. */
final class EventLine {
    private EventLine() {}

    static String of(HistoryEvent event) {
        if (event instanceof HistoryEvent.Delivered e) {
            return words(
                    "delivered", e.group(), e.member(), text(e.partition()), e.offset(), e.recordName(), e.checksum());
        } else if (event instanceof HistoryEvent.Done e) {
            return words("done", e.group(), e.member(), text(e.partition()), e.offset());
        } else if (event instanceof HistoryEvent.Assigned e) {
            return words("assigned", e.group(), e.member(), text(e.partitions()));
        } else if (event instanceof HistoryEvent.Revoked e) {
            return words("revoked", e.group(), e.member(), text(e.partitions()));
        } else if (event instanceof HistoryEvent.Lost e) {
            return words("lost", e.group(), e.member(), text(e.partitions()));
        } else if (event instanceof HistoryEvent.CommitInvoked e) {
            return words("commit", e.group(), e.member(), e.commitNumber(), text(e.offsets()));
        } else if (event instanceof HistoryEvent.CommitOk e) {
            return words("committed", e.group(), e.member(), e.commitNumber());
        } else if (event instanceof HistoryEvent.CommitFailed e) {
            return words(
                    "uncommitted",
                    e.group(),
                    e.member(),
                    e.commitNumber(),
                    e.error().replace(' ', '_'));
        } else if (event instanceof HistoryEvent.MemberClosed e) {
            return words("closed", e.group(), e.member());
        }
        throw new IllegalArgumentException("no event of a member: " + event);
    }

    static HistoryEvent parse(String line) {
        String[] words = line.split(" ", -1);
        String group = words[1];
        String member = words[2];
        return switch (words[0]) {
            case "delivered" ->
                new HistoryEvent.Delivered(
                        group,
                        member,
                        partition(words[3]),
                        Long.parseLong(words[4]),
                        words[5],
                        Long.parseLong(words[6]));
            case "done" -> new HistoryEvent.Done(group, member, partition(words[3]), Long.parseLong(words[4]));
            case "assigned" -> new HistoryEvent.Assigned(group, member, partitions(words[3]));
            case "revoked" -> new HistoryEvent.Revoked(group, member, partitions(words[3]));
            case "lost" -> new HistoryEvent.Lost(group, member, partitions(words[3]));
            case "commit" ->
                new HistoryEvent.CommitInvoked(group, member, Integer.parseInt(words[3]), offsets(words[4]));
            case "committed" -> new HistoryEvent.CommitOk(group, member, Integer.parseInt(words[3]));
            case "uncommitted" -> new HistoryEvent.CommitFailed(group, member, Integer.parseInt(words[3]), words[4]);
            case "closed" -> new HistoryEvent.MemberClosed(group, member);
            default -> throw new IllegalArgumentException("no event of a member: " + line);
        };
    }

    private static String words(Object... words) {
        return Arrays.stream(words).map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String text(TopicPartition partition) {
        return partition.topic() + ":" + partition.partition();
    }

    private static String text(Set<TopicPartition> partitions) {
        return partitions.stream().map(EventLine::text).collect(Collectors.joining(","));
    }

    private static String text(Map<TopicPartition, Long> offsets) {
        return offsets.entrySet().stream()
                .map(entry -> text(entry.getKey()) + ":" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    private static TopicPartition partition(String text) {
        String[] parts = text.split(":", -1);
        return new TopicPartition(parts[0], Integer.parseInt(parts[1]));
    }

    private static Set<TopicPartition> partitions(String text) {
        return split(text).map(EventLine::partition).collect(Collectors.toSet());
    }

    private static Map<TopicPartition, Long> offsets(String text) {
        return split(text)
                .collect(Collectors.toMap(
                        EventLine::partition, entry -> Long.parseLong(entry.substring(entry.lastIndexOf(':') + 1))));
    }

    private static Stream<String> split(String text) {
        return Arrays.stream(text.split(",", -1)).filter(part -> !part.isEmpty());
    }
}
