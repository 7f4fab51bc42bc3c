package dev.ottla.it.security;

import dev.ottla.KafkaClient;
import dev.ottla.config.ClientOptions;
import dev.ottla.config.KafkaConfig;
import dev.ottla.errors.KafkaException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** One configuration given to Ottla and to the official client. */
final class BothClients {
    /** The official client knows a hopeless handshake at once; what takes longer is a failure too. */
    private static final int ORACLE_TIMEOUT_SECONDS = 6;

    private BothClients() {}

    /** Connects by Ottla; returns what it failed with, or null if it found the cluster. */
    static KafkaException ottla(Map<String, String> config) {
        try {
            KafkaClient.connect(ClientOptions.builder()
                            .config(KafkaConfig.of(config))
                            .build())
                    .close();
            return null;
        } catch (KafkaException e) {
            return e;
        }
    }

    /** Whether the official client finds the cluster. */
    static boolean officialConnects(Map<String, String> config) {
        Map<String, Object> settings = new HashMap<>(config);
        settings.put("default.api.timeout.ms", ORACLE_TIMEOUT_SECONDS * 1000);
        settings.put("request.timeout.ms", ORACLE_TIMEOUT_SECONDS * 1000);
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get(ORACLE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | org.apache.kafka.common.KafkaException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
