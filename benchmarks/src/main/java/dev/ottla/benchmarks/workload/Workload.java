package dev.ottla.benchmarks.workload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one peer is to do, in a form that every language reads: {@code name=value} arguments. Settings of the clients themselves
 * begin with {@code config.} and have Kafka's names. Immutable.
 */
public final class Workload {
    private static final String CONFIG = "config.";

    private final Map<String, String> values;

    private Workload(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads arguments.
     *
     * @throws IllegalArgumentException if one of them is not {@code name=value}
     */
    public static Workload parse(List<String> arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not name=value: " + argument);
            }
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return new Workload(values);
    }

    /** An empty one, to begin with. */
    public static Workload of(Mode mode) {
        return new Workload(Map.of("mode", mode.name()));
    }

    /** The kind of work. */
    public enum Mode {
        /** Sends records as fast as they are taken. */
        PRODUCE,
        /** Sends records at a fixed rate and measures how long each takes until it is acknowledged. */
        RATE,
        /** Sends one record, waits for its acknowledgement, sends the next. */
        SYNC,
        /** Reads partitions, assigned or as the member of a group, from their beginning. */
        CONSUME,
        /** Sends at a fixed rate, reads the same records, and measures how long each takes until it is read. */
        END_TO_END
    }

    /** Which partitions records go to. */
    public enum Spread {
        /** Left to the client: by key, or sticky. */
        CLIENT,
        /** One after the other, named in each record. */
        EVEN,
        /** The first records as with {@link #EVEN}, until each partition had one; all others go to the first six. */
        EACH_ONCE
    }

    /** The same with one more value. */
    public Workload with(String name, Object value) {
        Map<String, String> copy = new LinkedHashMap<>(values);
        copy.put(name, value.toString());
        return new Workload(copy);
    }

    /** The same with one more setting of the client, by Kafka's name. */
    public Workload config(String key, Object value) {
        return with(CONFIG + key, value);
    }

    /** The same with several settings of the client. */
    public Workload config(Map<String, String> settings) {
        Workload result = this;
        for (Map.Entry<String, String> each : settings.entrySet()) {
            result = result.config(each.getKey(), each.getValue());
        }
        return result;
    }

    /** The same with these settings of the client and no others. */
    public Workload withConfigOnly(Map<String, String> settings) {
        Map<String, String> copy = new LinkedHashMap<>(values);
        copy.keySet().removeIf(name -> name.startsWith(CONFIG));
        return new Workload(copy).config(settings);
    }

    /** The same with the client's default for a setting. */
    public Workload withoutConfig(String key) {
        Map<String, String> copy = new LinkedHashMap<>(values);
        copy.remove(CONFIG + key);
        return new Workload(copy);
    }

    /** The kind of work. */
    public Mode mode() {
        return Mode.valueOf(text("mode"));
    }

    /** The topic. */
    public String topic() {
        return text("topic");
    }

    /** How many threads send, or how many consumers there are. */
    public int threads() {
        return integer("threads", 1);
    }

    /** The length of each key; 0 for no key. */
    public int keyBytes() {
        return integer("keyBytes", 0);
    }

    /** The length of each value. */
    public int valueBytes() {
        return integer("valueBytes", 100);
    }

    /** How many partitions the topic has. */
    public int partitions() {
        return integer("partitions", 6);
    }

    /** Records per second; of a consumer the most that it processes. 0 is no limit. */
    public int rate() {
        return integer("rate", 0);
    }

    /** Records per second that appear in the topic while it is read; 0 if all are there before. */
    public int pace() {
        return integer("pace", 0);
    }

    /** Which partitions records go to. */
    public Spread spread() {
        return Spread.valueOf(values.getOrDefault("spread", Spread.CLIENT.name()));
    }

    /** Whether a producer that could do without makes an object of each record. */
    public boolean sendsRecordObjects() {
        return integer("recordObjects", 0) > 0;
    }

    /** How many records of a consumer's round are not timed, since a client may have read them ahead. */
    public long untimedRecords() {
        return Long.parseLong(values.getOrDefault("untimed", "0"));
    }

    /** Whether a consumer that can do so looks at records where they were received, and makes no objects of them. */
    public boolean readsInPlace() {
        return integer("inPlace", 0) > 0;
    }

    /** Whether a consumer is the one member of a group, which gives it all partitions, instead of being assigned them. */
    public boolean readsAsMember() {
        return integer("member", 0) > 0;
    }

    /** Whether heap and direct memory are sampled; that costs a wake-up every 20 ms. */
    public boolean samplesMemory() {
        return integer("memory", 0) > 0;
    }

    /** A value that must be there. */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing in " + values);
        }
        return value;
    }

    private int integer(String name, int absent) {
        String value = values.get(name);
        return value == null ? absent : Integer.parseInt(value);
    }

    /** The settings of the client by Kafka's names, in the order of the names. */
    public Map<String, String> config() {
        Map<String, String> config = new TreeMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(CONFIG)) {
                config.put(name.substring(CONFIG.length()), value);
            }
        });
        return config;
    }

    /** As arguments of a process, in the order of the names. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        new TreeMap<>(values).forEach((name, value) -> arguments.add(name + "=" + value));
        return arguments;
    }
}
