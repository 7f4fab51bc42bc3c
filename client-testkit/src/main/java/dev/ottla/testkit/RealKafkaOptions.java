package dev.ottla.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RealKafka.Builder} was asked for, checked as a whole. The maps keep their order, which is the order in
 * {@code server.properties}; {@code listeners} maps a listener's name to its security protocol, PLAINTEXT first.
 */
record RealKafkaOptions(
        int brokers,
        String version,
        Map<String, String> config,
        Map<Integer, Map<String, String>> brokerConfig,
        Map<String, String> listeners,
        List<String> jvmArguments,
        @Nullable Path directory,
        Duration startTimeout) {
    private static final Set<String> SECURITY_PROTOCOLS = Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");

    List<String> listenerNames() {
        return List.copyOf(listeners.keySet());
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
            if (!KafkaVersion.parse(version).runsWithoutZooKeeper()) {
                problems.add("version must be 3.3.0 or newer, since older brokers need ZooKeeper, but is " + version);
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
