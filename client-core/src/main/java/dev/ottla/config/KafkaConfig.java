package dev.ottla.config;

import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A bag of Kafka's standard keys with their values as text, each with the place that it came from. One bag serves
 * clients
 * of every kind: each takes the keys that concern it. Immutable and thread-safe.
 *
 * <pre>{@code
 * KafkaConfig config = KafkaConfig.load(Path.of("client.properties"))
 *         .overriddenBy(KafkaConfig.fromEnv())
 *         .overriddenBy(KafkaConfig.of(Map.of("client.id", "billing")));
 * }</pre>
 *
 * <p>Values are read and checked when options are built from the bag; see {@link ConfigKeys} for the keys.
 */
public final class KafkaConfig {
    private static final KafkaConfig EMPTY = new KafkaConfig(Map.of());

    private final Map<String, Entry> entries;

    /** The keys about which something was logged already: several clients are built from one bag. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    private KafkaConfig(Map<String, Entry> entries) {
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** A value as it was written, with its place. */
    record Entry(String value, ConfigOrigin origin) {}

    /** No keys. */
    public static KafkaConfig empty() {
        return EMPTY;
    }

    /**
     * The entries of a map or of {@link Properties}, defaults of the properties included. Values may be text, numbers,
     * booleans, enum constants, classes (taken by name) and collections of these; a null value is as if it was absent.
     *
     * @throws InvalidOptionsException if a key is not text, or a value something else
     */
    public static KafkaConfig of(Map<?, ?> settings) {
        return of(settings, ConfigOrigin.BY_CODE);
    }

    /**
     * Reads a properties file in UTF-8. Blocks while it reads.
     *
     * @throws InvalidOptionsException if the file can not be read
     */
    public static KafkaConfig load(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidOptionsException(List.of(
                    new InvalidOption(file.toString(), "is not a readable properties file in UTF-8 (" + e + ")")));
        }
        return of(properties, ConfigOrigin.file(file));
    }

    /** The variables of this process's environment whose names begin with {@code KAFKA_}; see {@link #fromEnv(Map)}. */
    public static KafkaConfig fromEnv() {
        return fromEnv(System.getenv());
    }

    /**
     * The variables whose names begin with {@code KAFKA_}, by the rule of Apache's container image: {@code _} stands
     * for a
     * dot, {@code __} for an underscore and {@code ___} for a hyphen; {@code KAFKA_LINGER_MS} is {@code linger.ms}.
     * Variables that are no key, nor close enough to one to be a slip, belong to something else and are left out.
     */
    public static KafkaConfig fromEnv(Map<String, String> environment) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        environment.forEach((variable, value) -> EnvironmentKeys.keyOf(variable)
                .ifPresent(key -> entries.put(key, new Entry(value, ConfigOrigin.environment(variable)))));
        return new KafkaConfig(entries);
    }

    /** This bag, with the other's entries added, and put in place of this bag's where both have a key. */
    public KafkaConfig overriddenBy(KafkaConfig other) {
        if (entries.isEmpty()) {
            return other;
        }
        if (other.entries.isEmpty()) {
            return this;
        }
        Map<String, Entry> merged = new LinkedHashMap<>(entries);
        merged.putAll(other.entries);
        return new KafkaConfig(merged);
    }

    /** The value as it was written, placeholders not replaced; empty if the key is absent. */
    public Optional<String> value(String key) {
        return entry(key).map(Entry::value);
    }

    /** Where the key's value came from; empty if the key is absent. */
    public Optional<ConfigOrigin> origin(String key) {
        return entry(key).map(Entry::origin);
    }

    /** The keys that are present, in the order in which they were added. */
    public Set<String> keys() {
        return entries.keySet();
    }

    /**
     * Every standard key with its effective value and where that came from, one per line and sorted, then the keys that
     * are not in the table. Secrets are masked, and so are values of keys that are not in the table.
     */
    public String redacted() {
        List<String> lines = new ArrayList<>();
        for (ConfigKey<?> key : ConfigKeys.all()) {
            lines.add(line(key.name(), shown(key), origin(key.name()).orElse(ConfigOrigin.BY_DEFAULT)));
        }
        entries.forEach((name, entry) -> {
            if (ConfigKeys.find(name).isEmpty()) {
                lines.add(line(name, Secret.MASK, entry.origin()));
            }
        });
        Collections.sort(lines);
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    Optional<Entry> entry(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** True the first time that it is asked about a key. */
    boolean isFirstReportOf(String key) {
        return reported.add(key);
    }

    /** Only the keys: values may be secrets. */
    @Override
    public String toString() {
        return "KafkaConfig" + entries.keySet();
    }

    private String shown(ConfigKey<?> key) {
        Optional<Entry> entry = entry(key.name());
        if (entry.isPresent()) {
            return key.isSecret() ? Secret.MASK : entry.get().value();
        }
        return key.defaultText().orElse("");
    }

    private static String line(String name, String value, ConfigOrigin origin) {
        return name + " = " + value + "   # " + origin;
    }

    private static KafkaConfig of(Map<?, ?> settings, ConfigOrigin origin) {
        List<InvalidOption> problems = new ArrayList<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        withDefaults(settings).forEach((key, value) -> {
            if (!(key instanceof String name)) {
                problems.add(new InvalidOption(String.valueOf(key), "keys must be text"));
            } else if (value != null) {
                asText(value)
                        .ifPresentOrElse(
                                text -> entries.put(name, new Entry(text, origin)),
                                () -> problems.add(new InvalidOption(
                                        name, "a value of " + value.getClass() + " is not possible")));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidOptionsException(problems);
        }
        return new KafkaConfig(entries);
    }

    private static Map<?, ?> withDefaults(Map<?, ?> settings) {
        if (!(settings instanceof Properties properties)) {
            return settings;
        }
        Map<Object, @Nullable Object> all = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        all.putAll(properties);
        return all;
    }

    private static Optional<String> asText(Object value) {
        if (value instanceof Class<?> type) {
            return Optional.of(type.getName());
        }
        if (value instanceof Collection<?> elements) {
            List<String> texts = new ArrayList<>();
            elements.forEach(element -> asText(element).ifPresent(texts::add));
            return texts.size() == elements.size() ? Optional.of(String.join(",", texts)) : Optional.empty();
        }
        boolean isScalar = value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Enum<?>;
        return isScalar ? Optional.of(value.toString()) : Optional.empty();
    }
}
