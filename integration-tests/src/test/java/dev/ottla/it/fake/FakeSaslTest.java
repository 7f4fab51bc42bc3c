package dev.ottla.it.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.testkit.FakeKafka;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The official client says who it is. */
@Timeout(300)
class FakeSaslTest {
    private FakeKafka kafka;

    @BeforeEach
    void start() {
        kafka = FakeKafka.builder()
                .topic("orders", 1)
                .saslUser("alice", "secret")
                .start();
    }

    @AfterEach
    void close() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void should_let_in_who_knows_the_password(String mechanism) throws Exception {
        try (Admin admin = admin(mechanism, "secret")) {
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).containsExactly("orders");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void should_keep_out_who_does_not(String mechanism) {
        try (Admin admin = admin(mechanism, "guess")) {
            assertThatThrownBy(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void should_offer_no_other_mechanism() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "OAUTHBEARER",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
                        + " unsecuredLoginStringClaim_sub=\"alice\";");
        try (Admin admin = Admin.create(config)) {
            assertThatThrownBy(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(UnsupportedSaslMechanismException.class);
        }
    }

    @Test
    void should_answer_nothing_before() {
        try (Admin admin = Admin.create(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "default.api.timeout.ms",
                "1000",
                "request.timeout.ms",
                "500"))) {
            assertThatThrownBy(() -> admin.listTopics().names().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(org.apache.kafka.common.errors.TimeoutException.class);
        }
    }

    private Admin admin(String mechanism, String password) {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return Admin.create(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                mechanism,
                "sasl.jaas.config",
                "org.apache.kafka.common.security." + module + " required username=\"alice\" password=\"" + password
                        + "\";"));
    }
}
