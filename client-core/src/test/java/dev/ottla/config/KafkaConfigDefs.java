package dev.ottla.config;

import dev.ottla.config.ConfigKey.Role;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** What the official clients' own tables of keys say. */
final class KafkaConfigDefs {
    private static final Map<Role, ConfigDef> BY_ROLE = new EnumMap<>(Map.of(
            Role.PRODUCER, ProducerConfig.configDef(),
            Role.CONSUMER, ConsumerConfig.configDef(),
            Role.ADMIN, AdminClientConfig.configDef()));

    private KafkaConfigDefs() {}

    /** Every key with the clients that know it. */
    static Map<String, Set<Role>> roles() {
        Map<String, Set<Role>> roles = new TreeMap<>();
        BY_ROLE.forEach((role, definition) -> definition
                .names()
                .forEach(name -> roles.computeIfAbsent(name, key -> EnumSet.noneOf(Role.class))
                        .add(role)));
        return roles;
    }

    static ConfigDef.ConfigKey key(Role role, String name) {
        return BY_ROLE.get(role).configKeys().get(name);
    }

    /** Whether the official client takes the text for the key. */
    static boolean accepts(Role role, String name, String text) {
        ConfigDef.ConfigKey key = key(role, name);
        try {
            Object value = ConfigDef.parseType(name, text, key.type);
            if (key.validator != null) {
                key.validator.ensureValid(name, value);
            }
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }
}
