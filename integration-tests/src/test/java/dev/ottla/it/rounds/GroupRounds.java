package dev.ottla.it.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.TopicPartition;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryChecker;
import dev.ottla.testkit.history.HistoryEvent.CommittedOffset;
import dev.ottla.testkit.history.HistoryEvent.Done;
import dev.ottla.testkit.history.HistoryEvent.LogRecord;
import dev.ottla.testkit.history.HistoryEvent.Settled;
import dev.ottla.testkit.history.Invariant;
import dev.ottla.testkit.history.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * One group whose members, Ottla and kafka-clients by turns, join, leave, are killed and stand still at random, round by round,
 * while records are written. The seed chooses what happens; all that the members say of it is judged in the end.
 */
final class GroupRounds {
    private static final int PARTITIONS = 6;
    private static final int MEMBERS_MAX = 4;
    private static final int RECORDS_PER_ROUND = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String bootstrapServers;
    private final Way way;
    private final Pace pace;
    private final SplittableRandom random;
    private final String topic = "rounds-" + UUID.randomUUID();
    private final String group = "group-of-" + topic;
    private final History history = new History(System::nanoTime);
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final AtomicInteger doneTwice = new AtomicInteger();
    private final List<RoundsMember> members = new ArrayList<>();
    private final List<RoundsMember> gone = new ArrayList<>();
    private int joined;
    private int left;
    private int killed;
    private int paused;
    private int written;

    GroupRounds(String bootstrapServers, Way way, long seed, Pace pace) {
        this.bootstrapServers = bootstrapServers;
        this.way = way;
        this.pace = pace;
        this.random = new SplittableRandom(seed);
    }

    /** What came of it. */
    record Result(Way way, History history, Verdict verdict, String summary) {}

    Result run() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        // With more, a batch refused by a broker that does not lead yet is overtaken for good.
                        Map.of("bootstrap.servers", bootstrapServers, "max.in.flight.requests.per.connection", "1"),
                        new StringSerializer(),
                        new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1)))
                    .all()
                    .get();
            for (int round = 0; round < pace.rounds(); round++) {
                happen(round);
                write(producer);
                TimeUnit.NANOSECONDS.sleep(
                        random.nextLong(pace.round().toNanos() / 4, pace.round().toNanos()));
                if (round % 10 == 9) {
                    tellCommitted(admin);
                }
            }
            members.forEach(RoundsMember::resume);
            await().atMost(PATIENCE).until(() -> done.size() >= written);
            members.forEach(RoundsMember::leave);
            gone.addAll(members);
            for (RoundsMember member : gone) {
                assertThat(member.awaitEnd(PATIENCE)).as("%s has ended", member).isTrue();
            }
            tellCommitted(admin);
        }
        history.add(new Settled());
        Verdict verdict = HistoryChecker.of(Invariant.ofGroup()).check(history);
        if (!verdict.isGood()) {
            history.writeJsonLines(Path.of("target", group + ".history.jsonl"));
        }
        return new Result(
                way,
                history,
                verdict,
                String.format(
                        "| %s | %d | %d | %d | %d | %d | %d | %d |",
                        way, pace.rounds(), joined, left, killed, paused, written, doneTwice.get()));
    }

    private void happen(int round) {
        List<RoundsMember> awake =
                members.stream().filter(member -> !member.isPaused()).toList();
        // Nobody is killed near the end, which would only wait for the session.
        boolean mayKill = round < pace.rounds() * 9 / 10;
        int what = random.nextInt(10);
        if (members.size() < MEMBERS_MAX && (awake.size() < 2 || what < 4)) {
            join();
        } else if (awake.size() < 2) {
            members.forEach(RoundsMember::resume);
        } else if (what < 6) {
            remove(members.get(random.nextInt(members.size()))).leave();
            left++;
        } else if (what < 7 && mayKill) {
            remove(awake.get(random.nextInt(awake.size()))).kill();
            killed++;
        } else if (what < 9) {
            pauseOneOf(awake.stream().filter(this::tellsWhatItLost).toList());
        } else {
            members.forEach(RoundsMember::resume);
        }
    }

    private void pauseOneOf(List<RoundsMember> some) {
        if (!some.isEmpty()) {
            some.get(random.nextInt(some.size())).pause();
            paused++;
        }
    }

    /**
     * A member of kafka-clients 4.3.1 in the consumer protocol that has stood still for max.poll.interval.ms hears of an
     * assignment that it has lost meanwhile, and never that it has lost it.
     */
    private boolean tellsWhatItLost(RoundsMember member) {
        return way != Way.CONSUMER || member instanceof OttlaMember;
    }

    private RoundsMember remove(RoundsMember member) {
        members.remove(member);
        gone.add(member);
        return member;
    }

    private void join() {
        String name = way.name().toLowerCase(Locale.ROOT) + "-" + joined;
        Map<String, String> config = way.config(group, pace);
        RoundsMember member = joined++ % 2 == 0
                ? new OttlaMember(bootstrapServers, topic, config, name, history, this::onDone)
                : new OfficialMember(bootstrapServers, topic, config, name, history, this::onDone);
        members.add(member);
        member.start();
    }

    private void onDone(Done each) {
        if (!done.add(each.partition() + "@" + each.offset())) {
            doneTwice.incrementAndGet();
        }
    }

    private void write(KafkaProducer<String, String> producer) throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < RECORDS_PER_ROUND; i++) {
            String value = "v" + written++;
            values.add(value);
            sent.add(producer.send(new ProducerRecord<>(topic, random.nextInt(PARTITIONS), value, value)));
        }
        for (int i = 0; i < values.size(); i++) {
            RecordMetadata at = sent.get(i).get();
            history.add(new LogRecord(
                    new TopicPartition(topic, at.partition()),
                    at.offset(),
                    values.get(i),
                    values.get(i).hashCode()));
        }
    }

    private void tellCommitted(Admin admin) throws InterruptedException, ExecutionException {
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach((partition, offset) -> history.add(new CommittedOffset(
                        group, new TopicPartition(partition.topic(), partition.partition()), offset.offset())));
    }
}
