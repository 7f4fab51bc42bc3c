package dev.ottla.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a builder has collected: typed values from code over a configuration. Resolved against the table of keys when
 * the
 * builder builds. Used by one thread.
 */
final class OptionDraft {
    private static final Logger LOG = LoggerFactory.getLogger(OptionDraft.class);

    private final Map<ConfigKey<?>, Object> typed = new HashMap<>();
    private final Map<ConfigKey<?>, KafkaConfig.Entry> texts = new HashMap<>();
    private KafkaConfig config = KafkaConfig.empty();

    /**
     * Takes over a configuration, on top of those taken before. Typed values win over it, whatever the order of calls.
     */
    void config(KafkaConfig more) {
        config = config.overriddenBy(more);
    }

    <T> void set(ConfigKey<T> key, T value) {
        typed.put(key, Objects.requireNonNull(value, key.name()));
    }

    /** Sets a key as a configuration would write it. */
    void setText(ConfigKey<?> key, String text) {
        texts.put(key, new KafkaConfig.Entry(text, ConfigOrigin.BY_CODE));
    }

    /**
     * Reads and checks every key of the tables, then the rules between them.
     *
     * @throws dev.ottla.errors.InvalidOptionsException if anything is wrong, naming all of it
     */
    OptionValues resolve(List<KeyTable> tables, BiConsumer<OptionValues, OptionChecks> rules) {
        OptionChecks checks = new OptionChecks(this::isSet);
        ConfigProviders providers = ConfigProviders.of(config, checks);
        Map<ConfigKey<?>, Object> values = new HashMap<>();
        for (KeyTable table : tables) {
            table.rows().forEach(key -> read(key, providers, checks).ifPresent(value -> values.put(key, value)));
        }
        UnknownKeys.report(config, checks);
        OptionValues resolved = new OptionValues(values);
        rules.accept(resolved, checks);
        checks.throwIfAny();
        return resolved;
    }

    private <T> Optional<T> read(ConfigKey<T> key, ConfigProviders providers, OptionChecks checks) {
        Object given = typed.get(key);
        if (given != null) {
            return readTyped(key, given, checks);
        }
        Optional<KafkaConfig.Entry> entry = textOf(key);
        return entry.isEmpty()
                ? Optional.ofNullable(key.defaultValue())
                : readText(key, entry.get(), providers, checks);
    }

    private boolean isSet(ConfigKey<?> key) {
        return typed.containsKey(key) || textOf(key).isPresent();
    }

    private Optional<KafkaConfig.Entry> textOf(ConfigKey<?> key) {
        return Optional.ofNullable(texts.get(key)).or(() -> config.entry(key.name()));
    }

    @SuppressWarnings("unchecked") // set() takes values of the key's own type only
    private <T> Optional<T> readTyped(ConfigKey<T> key, Object given, OptionChecks checks) {
        T value = (T) given;
        try {
            key.type().check().check(value);
            return Optional.of(value);
        } catch (IllegalArgumentException e) {
            checks.broken(key, problem(key.type().show(value), ConfigOrigin.BY_CODE, e));
            return Optional.ofNullable(key.defaultValue());
        }
    }

    private <T> Optional<T> readText(
            ConfigKey<T> key, KafkaConfig.Entry entry, ConfigProviders providers, OptionChecks checks) {
        String shown = key.isSecret() ? Secret.MASK : entry.value();
        try {
            T value = key.type().parse(providers.resolve(entry.value()));
            accept(key, value, entry, checks);
            return Optional.of(value);
        } catch (IllegalArgumentException e) {
            checks.broken(key, problem(shown, entry.origin(), e));
            return Optional.ofNullable(key.defaultValue());
        }
    }

    private <T> void accept(ConfigKey<T> key, T value, KafkaConfig.Entry entry, OptionChecks checks) {
        if (value.equals(key.defaultValue())) {
            return;
        }
        switch (key.status()) {
            case IMPLEMENTED -> {}
            case IGNORED -> {
                if (config.isFirstReportOf(key.name())) {
                    LOG.info("{} (set in {}) has no effect: {}", key.name(), entry.origin(), key.note());
                }
            }
            case REJECTED -> checks.broken(key, "can not be set (it is, in " + entry.origin() + "): " + key.note());
        }
    }

    private static String problem(String shown, ConfigOrigin origin, IllegalArgumentException e) {
        return "value " + shown + ", set in " + origin + ", " + e.getMessage();
    }
}
