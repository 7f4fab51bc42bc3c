package dev.ottla.config;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table of keys: a name that may stand in a client's configuration, and what this client does with it.
 * Immutable. All rows are in {@link ConfigKeys}.
 *
 * @param <T> the type of the value in the typed options
 */
public final class ConfigKey<T> {

    /** Which of Kafka's clients know the key. */
    public enum Role {
        /** A key of the producer. */
        PRODUCER,
        /** A key of the consumer. */
        CONSUMER,
        /** A key of the admin client. */
        ADMIN
    }

    /** What this client does with the key. */
    public enum Status {
        /** It has the effect that it has in Kafka's own client, apart from what the note says. */
        IMPLEMENTED,
        /** It is accepted and checked, and has no effect; one INFO line says so. */
        IGNORED,
        /** Any other value than the default fails at build time; the note says why. */
        REJECTED
    }

    private final String name;
    private final ValueType<T> type;
    private final @Nullable String defaultText;
    private final @Nullable T defaultValue;
    private final Set<Role> roles;
    private final Status status;
    private final String description;
    private final String note;

    ConfigKey(String name, ValueType<T> type, @Nullable String defaultText, Set<Role> roles, Behaviour behaviour) {
        this.name = name;
        this.type = type;
        this.defaultText = defaultText;
        this.defaultValue = defaultText == null ? null : type.parse(defaultText);
        this.roles = Set.copyOf(roles);
        this.status = behaviour.status();
        this.description = behaviour.description();
        this.note = behaviour.note();
    }

    /** What a row says beside its name and type. */
    record Behaviour(Status status, String description, String note) {}

    /** The key as it stands in a configuration. */
    public String name() {
        return name;
    }

    /** What values look like: {@code duration (ms)}, {@code one of all, -1, 1, 0}. */
    public String typeName() {
        return type.name();
    }

    /** The value that holds if the key is absent, as it would be written; empty if there is none. */
    public Optional<String> defaultText() {
        return Optional.ofNullable(defaultText);
    }

    /** Which of Kafka's clients know the key, in the order of the constants. */
    public Set<Role> roles() {
        return roles.isEmpty() ? Set.of() : EnumSet.copyOf(roles);
    }

    /** What this client does with the key. */
    public Status status() {
        return status;
    }

    /** What the key is for, as one sentence. */
    public String description() {
        return description;
    }

    /** Where this client differs from Kafka's, or why the key is ignored or rejected; may be empty. */
    public String note() {
        return note;
    }

    /** Whether the value must never be shown. */
    public boolean isSecret() {
        return type.isSecret();
    }

    ValueType<T> type() {
        return type;
    }

    @Nullable
    T defaultValue() {
        return defaultValue;
    }

    @Override
    public String toString() {
        return name;
    }
}
