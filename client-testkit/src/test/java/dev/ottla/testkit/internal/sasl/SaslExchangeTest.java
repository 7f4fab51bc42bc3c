package dev.ottla.testkit.internal.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.testkit.internal.sasl.SaslExchange.Step;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What brokers refuse; what they accept is shown with the official client, which refuses false brokers itself. */
class SaslExchangeTest {
    private final SaslMechanisms mechanisms = new SaslMechanisms(Map.of("alice", "secret"), () -> "nonce");

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
    void should_refuse_a_false_proof(String mechanism) {
        SaslExchange exchange = begin(mechanism);

        assertThat(say(exchange, "n,,n=alice,r=abc")).isInstanceOf(Step.Challenge.class);
        assertThat(say(exchange, "c=biws,r=abcnonce,p=AAAA")).isInstanceOf(Step.Failed.class);
        assertThat(say(exchange, "n,,n=alice,r=abc")).isInstanceOf(Step.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"})
    void should_refuse_what_makes_no_sense(String mechanism) {
        assertThat(say(begin(mechanism), "what")).isInstanceOf(Step.Failed.class);
        assertThat(say(begin(mechanism), "")).isInstanceOf(Step.Failed.class);
    }

    @Test
    void should_refuse_another_password_user_or_identity() {
        assertThat(say(begin("PLAIN"), "\0alice\0secret")).isInstanceOf(Step.Done.class);
        assertThat(say(begin("PLAIN"), "\0alice\0guess")).isInstanceOf(Step.Failed.class);
        assertThat(say(begin("PLAIN"), "\0bob\0secret")).isInstanceOf(Step.Failed.class);
        assertThat(say(begin("PLAIN"), "root\0alice\0secret")).isInstanceOf(Step.Failed.class);
    }

    private SaslExchange begin(String mechanism) {
        return Objects.requireNonNull(mechanisms.begin(mechanism));
    }

    private static Step say(SaslExchange exchange, String message) {
        return exchange.next(message.getBytes(UTF_8));
    }
}
