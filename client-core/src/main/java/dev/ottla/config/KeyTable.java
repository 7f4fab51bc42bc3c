package dev.ottla.config;

import dev.ottla.config.ConfigKey.Behaviour;
import dev.ottla.config.ConfigKey.Role;
import dev.ottla.config.ConfigKey.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A part of the table of keys while it is written down: collects the rows of one group in their order. */
final class KeyTable {
    private final String title;
    private final Set<Role> roles;
    private final List<ConfigKey<?>> rows = new ArrayList<>();

    /** A group whose keys are known to these clients, unless a row says otherwise. */
    KeyTable(String title, Set<Role> roles) {
        this.title = title;
        this.roles = roles;
    }

    /** A key that has its effect. */
    <T> ConfigKey<T> implemented(String name, ValueType<T> type, @Nullable String defaultText, String description) {
        return implemented(name, type, defaultText, description, "");
    }

    /** A key that has its effect, with a note on what is different here. */
    <T> ConfigKey<T> implemented(
            String name, ValueType<T> type, @Nullable String defaultText, String description, String note) {
        return add(
                new ConfigKey<>(name, type, defaultText, roles, new Behaviour(Status.IMPLEMENTED, description, note)));
    }

    /** A key that is read and has no effect. */
    <T> ConfigKey<T> ignored(
            String name, ValueType<T> type, @Nullable String defaultText, String description, String reason) {
        return add(new ConfigKey<>(name, type, defaultText, roles, new Behaviour(Status.IGNORED, description, reason)));
    }

    /** A key whose only accepted value is its default. */
    <T> ConfigKey<T> rejected(
            String name, ValueType<T> type, @Nullable String defaultText, String description, String reason) {
        return add(
                new ConfigKey<>(name, type, defaultText, roles, new Behaviour(Status.REJECTED, description, reason)));
    }

    String title() {
        return title;
    }

    List<ConfigKey<?>> rows() {
        return Collections.unmodifiableList(rows);
    }

    private <T> ConfigKey<T> add(ConfigKey<T> key) {
        rows.add(key);
        return key;
    }

    static Set<Role> allRoles() {
        return EnumSet.allOf(Role.class);
    }
}
