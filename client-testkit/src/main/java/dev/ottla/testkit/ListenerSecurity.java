package dev.ottla.testkit;

import dev.ottla.config.SaslMechanism;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RealKafka.Builder#tls} and {@link RealKafka.Builder#sasl} ask for: the listeners, the brokers' settings, the
 * SCRAM users that exist before the first start, and a client's settings. Pure.
 */
record ListenerSecurity(boolean tls, Set<SaslMechanism> mechanisms, Map<String, String> users) {
    private static final Set<SaslMechanism> OFFERED =
            EnumSet.of(SaslMechanism.PLAIN, SaslMechanism.SCRAM_SHA_256, SaslMechanism.SCRAM_SHA_512);

    void check(List<String> problems) {
        mechanisms.stream()
                .filter(mechanism -> !OFFERED.contains(mechanism))
                .forEach(mechanism -> problems.add("sasl must be of " + OFFERED + ", but has " + mechanism));
        users.forEach((name, password) -> {
            if (!isPlain(name) || !isPlain(password)) {
                problems.add("user " + name + " and its password must be of letters, digits, dots and dashes");
            }
        });
    }

    /** What needs no quoting in any of the places in which it is written. */
    private static boolean isPlain(String text) {
        return text.matches("[A-Za-z0-9.-]+");
    }

    /** Name and security protocol, which are the same. */
    List<String> listeners() {
        List<String> listeners = new ArrayList<>();
        if (tls) {
            listeners.add("SSL");
        }
        if (!mechanisms.isEmpty()) {
            listeners.add("SASL_PLAINTEXT");
        }
        if (tls && !mechanisms.isEmpty()) {
            listeners.add("SASL_SSL");
        }
        return listeners;
    }

    boolean hasScramUsers() {
        return mechanisms.stream().anyMatch(mechanism -> mechanism != SaslMechanism.PLAIN);
    }

    Map<String, String> brokerSettings(TlsSettings tlsSettings) {
        Map<String, String> settings = new LinkedHashMap<>(tlsSettings.ofBroker());
        if (!mechanisms.isEmpty()) {
            settings.put(
                    "sasl.enabled.mechanisms",
                    mechanisms.stream().map(SaslMechanism::mechanismName).collect(Collectors.joining(",")));
        }
        for (String listener : listeners()) {
            if (listener.startsWith("SASL_")) {
                mechanisms.forEach(mechanism -> settings.put(
                        "listener.name." + lowerCase(listener) + "." + lowerCase(mechanism.mechanismName())
                                + ".sasl.jaas.config",
                        brokerLogin(mechanism)));
            }
        }
        return settings;
    }

    private String brokerLogin(SaslMechanism mechanism) {
        if (mechanism != SaslMechanism.PLAIN) {
            return module(mechanism) + " required;";
        }
        return users.entrySet().stream()
                .map(user -> " user_" + user.getKey() + "=\"" + user.getValue() + "\"")
                .collect(Collectors.joining("", module(mechanism) + " required", ";"));
    }

    /** Null stands for the first mechanism, and for the first user. */
    Map<String, String> clientSettings(
            String protocol, @Nullable SaslMechanism mechanism, @Nullable String user, TlsSettings tlsSettings) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("security.protocol", protocol);
        if (protocol.endsWith("SSL")) {
            settings.putAll(tlsSettings.ofClient());
        }
        if (protocol.startsWith("SASL_")) {
            SaslMechanism chosen = mechanism == null ? mechanisms.iterator().next() : mechanism;
            String name = user == null ? users.keySet().iterator().next() : user;
            checkKnown(chosen, name);
            settings.put("sasl.mechanism", chosen.mechanismName());
            settings.put(
                    "sasl.jaas.config",
                    module(chosen) + " required username=\"" + name + "\" password=\"" + users.get(name) + "\";");
        }
        return settings;
    }

    private void checkKnown(SaslMechanism mechanism, String user) {
        if (!mechanisms.contains(mechanism) || !users.containsKey(user)) {
            throw new IllegalArgumentException(
                    "no " + mechanism + " for " + user + "; there are " + mechanisms + " for " + users.keySet());
        }
    }

    private static String module(SaslMechanism mechanism) {
        return mechanism == SaslMechanism.PLAIN
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
    }

    /** For the storage tool of KRaft (KIP-900), which writes them into the cluster's first records. */
    List<String> storageToolArguments() {
        List<String> arguments = new ArrayList<>();
        users.forEach((name, password) -> scramMechanisms()
                .forEach(mechanism -> arguments.addAll(List.of(
                        "--add-scram", mechanism.mechanismName() + "=[name=" + name + ",password=" + password + "]"))));
        return arguments;
    }

    /** For the configuration tool, one call per user, which writes them into ZooKeeper. */
    List<List<String>> configToolArguments(String zooKeeper) {
        List<List<String>> calls = new ArrayList<>();
        if (!hasScramUsers()) {
            return calls;
        }
        users.forEach((name, password) -> calls.add(List.of(
                "--zookeeper",
                zooKeeper,
                "--alter",
                "--entity-type",
                "users",
                "--entity-name",
                name,
                "--add-config",
                scramMechanisms().stream()
                        .map(mechanism -> mechanism.mechanismName() + "=[password=" + password + "]")
                        .collect(Collectors.joining(",")))));
        return calls;
    }

    private List<SaslMechanism> scramMechanisms() {
        return mechanisms.stream()
                .filter(mechanism -> mechanism != SaslMechanism.PLAIN)
                .toList();
    }

    private static String lowerCase(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
