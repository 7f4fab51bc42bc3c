package dev.ottla.it.simulation;

import dev.ottla.testkit.Simulation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What of a run's objects decides how it goes on, as a number: two moments with the same one are alike. Looks into the classes
 * that hold the state of sending, of connections, of metadata, of what is on its way, and of the logs; takes everything else by
 * its class. Left out are counters that only name things, such as correlation ids; times are told in quarters of a second from
 * now, those longer ago than a second or further ahead than five as just that.
 */
final class Likeness {
    private static final Set<String> LOOKED_INTO = Set.of((
            // How a client sends,
            "RecordProducer SendPipeline PartitionOwners TopicQueues Partitions PartitionQueue SendWindow"
                    + " ProducerBatch PartitionSequence BrokerSender LeaderlessPartitions ProducerIds SilenceWatch"
                    // is connected, and knows its cluster;
                    + " ConnectedKafkaClient SimulatedRuntime Cluster ClusterState Brokers Broker MetadataUpdater"
                    + " Refreshing ConnectAttempt NettyConnection InFlightQueue HeldRequests"
                    // what is on its way,
                    + " Simulation SimulatedCluster SimulatedNetwork Link VirtualLoop"
                    // and what the cluster has.
                    + " ModelCluster ClusterModel Faults Rule Topics Topic Partition PartitionLog StoredBatch"
                    + " ProducerStates Producer LeaderEpochs")
            .split(" "));

    private static final Set<String> LEFT_OUT = Set.of(
            "NettyConnection.nextCorrelationId",
            "InFlight.correlationId",
            "Link.asked",
            "Link.producing",
            "SimulatedNetwork.nextChannel",
            "SimulatedNetwork.nextLink",
            "SimulatedNetwork.begun",
            "SimulatedNetwork.ended",
            "MetadataUpdater.answersInARow");

    /** The virtual clock begins at 10^12; no duration in a small run is that long. */
    private static final long INSTANT_MIN = 990_000_000_000L;

    private static final long INSTANT_MAX = 1_500_000_000_000L;
    private static final long QUARTER_NANOS = 250_000_000L;
    private static final int PAST_QUARTERS_MAX = 4;
    private static final int FUTURE_QUARTERS_MAX = 20;

    private static final Map<Class<?>, List<Field>> FIELDS = new HashMap<>();

    private final long nowNanos;
    private final StringBuilder words = new StringBuilder();
    private final IdentityHashMap<Object, Integer> told = new IdentityHashMap<>();

    private Likeness(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** The number for a run and what an application has of it. */
    static String of(Simulation simulation, Object... more) {
        Likeness likeness =
                new Likeness(1_000_000_000_000L + simulation.elapsed().toNanos());
        likeness.tell(simulation);
        Arrays.stream(more).forEach(likeness::tell);
        return Integer.toHexString(likeness.words.toString().hashCode())
                + Integer.toHexString(likeness.words.reverse().toString().hashCode());
    }

    private void tell(Object value) {
        if (value == null || value instanceof Boolean || value instanceof Enum<?> || value instanceof UUID) {
            words.append(value);
        } else if (value instanceof Number number) {
            tellNumber(number.longValue());
        } else if (value instanceof String text) {
            words.append(text);
        } else if (value instanceof ByteBuf bytes) {
            words.append(bytes.refCnt() == 0 ? 0 : Arrays.hashCode(ByteBufUtil.getBytes(bytes)));
        } else if (value instanceof Optional<?> optional) {
            tell(optional.orElse(null));
        } else if (value instanceof AtomicReference<?> reference) {
            tell(reference.get());
        } else if (value instanceof AtomicBoolean flag) {
            words.append(flag.get());
        } else if (value instanceof CompletableFuture<?> future) {
            words.append(future.isDone());
        } else if (value instanceof Object[] elements) {
            tellEach(Arrays.asList(elements));
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((key, each) -> sorted.put(keyOf(key), each));
            sorted.forEach((key, each) -> tellField(key, each));
        } else if (value instanceof Set<?> set) {
            words.append(set.size());
        } else if (value instanceof Collection<?> elements) {
            tellEach(elements);
        } else {
            tellObject(value);
        }
        words.append(' ');
    }

    private static String keyOf(Object key) {
        boolean isValue = key instanceof Comparable<?> || key.getClass().isRecord();
        return isValue ? key.toString() : key.getClass().getSimpleName();
    }

    private void tellNumber(long value) {
        if (value < INSTANT_MIN || value > INSTANT_MAX) {
            words.append(value);
        } else {
            long quarters = Math.floorDiv(value - nowNanos, QUARTER_NANOS);
            words.append('@').append(Math.max(-PAST_QUARTERS_MAX, Math.min(FUTURE_QUARTERS_MAX, quarters)));
        }
    }

    private void tellEach(Collection<?> elements) {
        words.append('[');
        elements.forEach(this::tell);
        words.append(']');
    }

    private void tellField(String name, Object value) {
        words.append(name).append('=');
        tell(value);
    }

    private void tellObject(Object object) {
        Class<?> type = object.getClass();
        boolean isOurs = type.getName().startsWith("dev.ottla.") && !type.isHidden();
        words.append(type.isHidden() ? "lambda" : type.getSimpleName());
        if (!isOurs || !(type.isRecord() || LOOKED_INTO.contains(type.getSimpleName()) || isPipe(type))) {
            return;
        }
        Integer number = told.putIfAbsent(object, told.size());
        if (number != null) {
            words.append('#').append(number);
            return;
        }
        words.append('(');
        if (isPipe(type)) {
            tellPipe(object);
        } else {
            fields(type).forEach(field -> tellField(field.getName(), read(field, object)));
        }
        if (type.getSimpleName().equals("VirtualLoop")) {
            tellTimers(object);
        }
        words.append(')');
    }

    private static boolean isPipe(Class<?> type) {
        return type.getSimpleName().equals("Pipe");
    }

    /** Its messages, without their correlation ids. */
    private void tellPipe(Object pipe) {
        boolean isToBroker = ((String) read(pipe, "name")).endsWith(">");
        words.append(read(pipe, "isEnding"));
        tell(read(pipe, "stalledUntilNanos"));
        byte[] bytes = new byte[0];
        for (Object chunk : (Collection<?>) read(pipe, "chunks")) {
            byte[] more = (byte[]) read(chunk, "bytes");
            words.append(more.length == 0 ? "end" : "");
            int before = bytes.length;
            bytes = Arrays.copyOf(bytes, before + more.length);
            System.arraycopy(more, 0, bytes, before, more.length);
        }
        int idIndex = isToBroker ? 8 : 4;
        ByteBuffer frames = ByteBuffer.wrap(bytes);
        for (int start = 0; start + idIndex + 4 <= bytes.length; start += 4 + frames.getInt(start)) {
            frames.putInt(start + idIndex, 0);
        }
        words.append(Arrays.hashCode(bytes));
    }

    private void tellTimers(Object loop) {
        Collection<?> timers = (Collection<?>) read(loop, "scheduledTaskQueue");
        if (timers != null) {
            List<Long> deadlines = new ArrayList<>();
            timers.forEach(timer -> deadlines.add((Long) read(timer, "deadlineNanos")));
            deadlines.sort(null);
            tellEach(deadlines);
        }
    }

    private static Object read(Object object, String field) {
        return allFields(object.getClass()).stream()
                .filter(each -> each.getName().equals(field))
                .findFirst()
                .map(found -> read(found, object))
                .orElse(null);
    }

    private static Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Field> fields(Class<?> type) {
        return allFields(type).stream()
                .filter(field -> field.getDeclaringClass() == type)
                .filter(field -> !LEFT_OUT.contains(type.getSimpleName() + "." + field.getName()))
                .toList();
    }

    private static List<Field> allFields(Class<?> type) {
        return FIELDS.computeIfAbsent(type, Likeness::findFields);
    }

    private static List<Field> findFields(Class<?> type) {
        List<Field> found = new ArrayList<>();
        for (Class<?> each = type; each != null && !each.getName().startsWith("java."); each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    found.add(field);
                }
            }
        }
        return found;
    }
}
