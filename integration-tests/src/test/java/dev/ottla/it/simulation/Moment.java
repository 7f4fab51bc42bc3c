package dev.ottla.it.simulation;

import dev.ottla.errors.KafkaException;
import dev.ottla.testkit.Simulation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Everything of a run that decides how it goes on, as a number: what the objects of client and cluster hold, what is on its way,
 * and when timers fall due, to the nanosecond from now. Two moments with the same number are one. Looks into all of the project's
 * objects that can be reached, what lambdas have captured among it, but for those that are told by their class alone
 * ({@link #TOLD_BY_CLASS}) and what only names or numbers things ({@link #LEFT_OUT}, {@link #COUNTED}). Beyond {@link #RUN_MAX}
 * nothing falls due, since a run has to be over by then; an instant that is {@link #PAST_MAX} ago is as good as any before.
 *
 * <p>Whether it tells enough, and no mere names, can be seen: {@code ExhaustiveTest} compares what comes of moments with the same
 * number.
 */
final class Moment {
    /** No run may take longer. */
    static final Duration RUN_MAX = Duration.ofSeconds(25);

    /** Nobody looks back further. */
    private static final Duration PAST_MAX = Duration.ofMillis(2_500);

    /** The same on all ways, or what has happened rather than what will. */
    private static final Set<String> TOLD_BY_CLASS = Set.of(
            "Scheduler",
            "Trace",
            "History",
            "ClientRecorder",
            "ClientOptions",
            "ProducerOptions",
            "ClusterOptions",
            "SendingOptions",
            "ConnectionSecurity",
            "NettyConnector",
            "SocketConfig",
            "VirtualWallClock",
            "Apis",
            "IdleWatch",
            "ExponentialBackoff",
            "ReconnectPolicy",
            "RecordEncoders");

    private static final Set<String> LEFT_OUT = Set.of(
            "NettyConnection.nextCorrelationId",
            "InFlight.correlationId",
            "InFlight.sentNanos",
            "Link.asked",
            "SimulatedNetwork.nextChannel",
            "SimulatedNetwork.nextLink",
            "SimulatedNetwork.begun",
            "SimulatedNetwork.ended",
            "SimulatedChannelId.number",
            "RequestHeader.correlationId",
            "FaultActor.name");

    /** Where the virtual clock begins; no duration in a small run is as long. */
    private static final long ORIGIN_NANOS = 1_000_000_000_000L;

    private static final long INSTANT_MIN = 900_000_000_000L;
    private static final long INSTANT_MAX = 100_000_000_000_000L;

    /** Correlation ids, of which it only matters how many there are: the requests in flight tell which of them they belong to. */
    private static final Set<String> COUNTED = Set.of("Link.producing");

    private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();
    private static final Map<Class<?>, List<Field>> DECLARED = new ConcurrentHashMap<>();

    private final long nowNanos;
    private final StringBuilder words = new StringBuilder(1 << 14);
    private final IdentityHashMap<Object, Integer> told = new IdentityHashMap<>();

    private Moment(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** The number for a run and what an application has of it. */
    static String of(Simulation simulation, Object... more) {
        return hash(inWords(simulation, more));
    }

    /** The same, to be read. */
    static String inWords(Simulation simulation, Object... more) {
        Moment moment = new Moment(ORIGIN_NANOS + simulation.elapsed().toNanos());
        moment.tell(simulation);
        Arrays.stream(more).forEach(moment::tell);
        return moment.words.toString();
    }

    private static String hash(String words) {
        long first = 1;
        long second = 2;
        for (int i = 0; i < words.length(); i++) {
            first = first * 0x9E3779B97F4A7C15L + words.charAt(i);
            second = (second ^ words.charAt(i)) * 0xBF58476D1CE4E5B9L;
        }
        return Long.toHexString(first ^ first >>> 29) + '-' + Long.toHexString(second ^ second >>> 31);
    }

    private void tell(Object value) {
        if (value == null || value instanceof Boolean || value instanceof Enum<?> || value instanceof UUID) {
            words.append(value);
        } else if (value instanceof Number || value instanceof Character) {
            tellNumber(value);
        } else if (value instanceof CharSequence text) {
            words.append(text);
        } else if (value instanceof KafkaException failure) {
            words.append(failure.getClass().getSimpleName())
                    .append(failure.code())
                    .append(failure.outcome());
        } else if (value instanceof Throwable failure) {
            words.append(failure.getClass().getSimpleName());
        } else if (value.getClass().isArray()) {
            tellArray(value);
        } else if (!tellHolder(value) && !tellCollection(value)) {
            tellObject(value);
        }
        words.append(' ');
    }

    private void tellNumber(Object value) {
        if (!(value instanceof Long number) || number < INSTANT_MIN || number > INSTANT_MAX) {
            words.append(value);
        } else if (number >= ORIGIN_NANOS + RUN_MAX.toNanos()) {
            words.append("@never");
        } else if (nowNanos - number > PAST_MAX.toNanos()) {
            words.append("@past");
        } else {
            words.append('@').append(number - nowNanos);
        }
    }

    private void tellArray(Object array) {
        if (array instanceof byte[] bytes) {
            words.append(bytes.length).append(':').append(Arrays.hashCode(bytes));
            return;
        }
        words.append('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            tell(Array.get(array, i));
        }
        words.append(']');
    }

    /** What only holds something else. */
    private boolean tellHolder(Object value) {
        if (value instanceof ByteBuf bytes) {
            words.append(bytes.refCnt());
            words.append(bytes.refCnt() == 0 ? 0 : Arrays.hashCode(ByteBufUtil.getBytes(bytes)));
        } else if (value instanceof ByteBuffer bytes) {
            words.append(bytes.position()).append('/').append(bytes.limit());
        } else if (value instanceof Optional<?> optional) {
            tell(optional.orElse(null));
        } else if (value instanceof AtomicReference<?> reference) {
            tell(reference.get());
        } else if (value instanceof AtomicBoolean flag) {
            words.append(flag.get());
        } else if (value instanceof Reference<?>) {
            words.append("reference");
        } else if (value instanceof CompletableFuture<?> future) {
            words.append(future.isDone()).append(future.isCompletedExceptionally());
            words.append(future.getNumberOfDependents());
        } else if (value instanceof Duration duration) {
            words.append(duration);
        } else {
            return false;
        }
        return true;
    }

    private boolean tellCollection(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> byKey = map.keySet().stream().allMatch(Moment::isValue)
                    ? new TreeMap<>(Comparator.comparing(Object::toString))
                    : new LinkedHashMap<>();
            byKey.putAll(map);
            byKey.forEach((key, each) -> {
                tell(key);
                words.append("->");
                tell(each);
            });
        } else if (value instanceof Set<?> set && set.stream().allMatch(Moment::isValue)) {
            set.stream().map(Object::toString).sorted().forEach(this::tell);
        } else if (value instanceof Collection<?> elements) {
            words.append('[');
            elements.forEach(this::tell);
            words.append(']');
        } else {
            return false;
        }
        return true;
    }

    /** Whether its text tells all of it. */
    private static boolean isValue(Object value) {
        return value instanceof Comparable<?>
                || value instanceof UUID
                || value.getClass().isRecord();
    }

    private void tellObject(Object object) {
        Class<?> type = object.getClass();
        String name = type.getSimpleName();
        words.append(type.isHidden() ? type.getName() : name);
        if (!type.getName().startsWith("dev.ottla.") || TOLD_BY_CLASS.contains(name)) {
            return;
        }
        Integer number = told.putIfAbsent(object, told.size());
        if (number != null) {
            words.append('#').append(number);
            return;
        }
        words.append('(');
        if (name.equals("Pipe")) {
            tellPipe(object);
        } else {
            fields(type).forEach(field -> tellField(field, object));
        }
        if (name.equals("VirtualLoop")) {
            tellTimers(object);
        }
        words.append(')');
    }

    private void tellField(Field field, Object object) {
        Object value = read(field, object);
        tell(COUNTED.contains(nameOf(field)) ? ((Collection<?>) value).size() : value);
    }

    private static String nameOf(Field field) {
        return field.getDeclaringClass().getSimpleName() + "." + field.getName();
    }

    /** Its messages, without their correlation ids. */
    private void tellPipe(Object pipe) {
        boolean isToBroker = ((String) read(pipe, "name")).endsWith(">");
        words.append(read(pipe, "isEnding")).append(' ');
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
        words.append(bytes.length).append(':').append(Arrays.hashCode(bytes));
    }

    /** What falls due in the run, in its order, and what is done then. */
    private void tellTimers(Object loop) {
        Collection<?> timers = (Collection<?>) read(loop, "scheduledTaskQueue");
        List<Object> due = new ArrayList<>(timers == null ? List.of() : timers);
        due.removeIf(timer -> deadlineNanos(timer) >= ORIGIN_NANOS + RUN_MAX.toNanos());
        due.sort(Comparator.comparingLong(Moment::deadlineNanos).thenComparing(timer -> (Long) read(timer, "id")));
        for (Object timer : due) {
            tell(deadlineNanos(timer));
            tell(read(timer, "task"));
        }
    }

    private static long deadlineNanos(Object timer) {
        return (Long) read(timer, "deadlineNanos");
    }

    private static Object read(Object object, String name) {
        for (Class<?> each = object.getClass(); each != null; each = each.getSuperclass()) {
            for (Field field : declaredFields(each)) {
                if (field.getName().equals(name)) {
                    return read(field, object);
                }
            }
        }
        throw new IllegalArgumentException("no " + name + " in " + object.getClass());
    }

    private static Object read(Field field, Object object) {
        try {
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its own and those of its superclasses, as far as they are the project's. */
    private static List<Field> fields(Class<?> type) {
        List<Field> all = FIELDS.get(type);
        if (all == null) {
            ArrayDeque<Field> found = new ArrayDeque<>();
            for (Class<?> each = type; each.getName().startsWith("dev.ottla."); each = each.getSuperclass()) {
                declaredFields(each).stream()
                        .filter(field -> !LEFT_OUT.contains(nameOf(field)))
                        .forEach(found::add);
            }
            all = List.copyOf(found);
            FIELDS.put(type, all);
        }
        return all;
    }

    private static List<Field> declaredFields(Class<?> type) {
        return DECLARED.computeIfAbsent(type, declaring -> {
            List<Field> found = new ArrayList<>();
            for (Field field : declaring.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    field.setAccessible(true);
                    found.add(field);
                }
            }
            return List.copyOf(found);
        });
    }
}
