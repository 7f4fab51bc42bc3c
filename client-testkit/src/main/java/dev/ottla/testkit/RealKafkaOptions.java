package dev.ottla.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RealKafka.Builder} was asked for, checked as a whole. The maps keep their order, which is the order in
 * {@code server.properties}; {@code listeners} maps a listener's name to its security protocol, PLAINTEXT first, and has all
 * listeners but the controllers'.
 */
record RealKafkaOptions(
        int brokers,
        String version,
        Map<String, String> config,
        Map<Integer, Map<String, String>> brokerConfig,
        Map<String, String> listeners,
        ListenerSecurity security,
        boolean behindProxies,
        Failover failover,
        List<String> jvmArguments,
        @Nullable Path directory,
        Duration startTimeout) {
    private static final Set<String> SECURITY_PROTOCOLS = Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

    RealKafkaOptions {
        Map<String, String> all = new LinkedHashMap<>(listeners);
        security.listeners().forEach(name -> all.put(name, name));
        if (behindProxies) {
            all.put(ServerProperties.REPLICATION, "PLAINTEXT");
        }
        listeners = all;
    }

    /** Where brokers connect to each other, and the launcher to ask whether they are ready: never through a proxy. */
    String brokersListener() {
        return behindProxies ? ServerProperties.REPLICATION : ServerProperties.PLAINTEXT;
    }

    boolean runsWithoutZooKeeper() {
        return KafkaVersion.parse(version).runsWithoutZooKeeper();
    }

    /** Finds every problem before anything is started, so that the user mends them in one go. */
    void check() {
        List<String> problems = new ArrayList<>();
        if (brokers != 1 && brokers != 3) {
            problems.add("brokers must be 1 or 3, since a quorum of 2 survives no loss, but is " + brokers);
        }
        checkVersion(problems);
        checkKeys(config, "config", problems);
        brokerConfig.forEach((id, keys) -> checkBrokerConfig(id, keys, problems));
        listeners.forEach((name, protocol) -> {
            if (!SECURITY_PROTOCOLS.contains(protocol)) {
                problems.add("listener " + name + " must have one of " + SECURITY_PROTOCOLS + ", but has " + protocol);
            }
        });
        security.check(problems);
        checkDirectory(problems);
        if (startTimeout.isNegative() || startTimeout.isZero()) {
            problems.add("startTimeout must be positive, but is " + startTimeout);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private void checkVersion(List<String> problems) {
        try {
            KafkaVersion parsed = KafkaVersion.parse(version);
            if (!parsed.isSupported()) {
                problems.add("version must be 2.8.0 or newer, but is " + version);
            }
            if (security.hasScramUsers() && !parsed.createsScramUsers()) {
                problems.add("SCRAM users can be created with version 3.5.0 or newer, or 3.2 or older, but it is "
                        + version);
            }
        } catch (IllegalArgumentException e) {
            problems.add(e.getMessage());
        }
    }

    private void checkDirectory(List<String> problems) {
        String[] content = directory == null ? null : directory.toFile().list();
        if (content != null && content.length > 0) {
            problems.add("directory must be empty or not exist yet, but " + directory + " holds files");
        }
    }

    private void checkBrokerConfig(int id, Map<String, String> keys, List<String> problems) {
        if (id < 1 || id > brokers) {
            problems.add("brokerConfig names broker " + id + ", but the ids are 1 to " + brokers);
        }
        checkKeys(keys, "brokerConfig of broker " + id, problems);
    }

    private static void checkKeys(Map<String, String> keys, String where, List<String> problems) {
        keys.keySet().stream()
                .filter(ServerProperties.DECIDED_BY_LAUNCHER::contains)
                .forEach(key -> problems.add(where + " must not set " + key + ", which the launcher decides"));
    }
}
