package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.ConfigKey.Role;
import dev.ottla.config.ConfigKey.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigKeysTest {

    /**
     * What the official clients take at first and stumble over later, or load as a class: addresses, mechanisms, login
     * modules, assignors, deadlines of zero or less.
     */
    private static final Set<String> STRICTER_HERE = Set.of(
            "bootstrap.controllers",
            "bootstrap.servers",
            "heartbeat.interval.ms",
            "partition.assignment.strategy",
            "sasl.jaas.config",
            "sasl.kerberos.min.time.before.relogin",
            "sasl.kerberos.ticket.renew.jitter",
            "sasl.kerberos.ticket.renew.window.factor",
            "sasl.login.connect.timeout.ms",
            "sasl.login.read.timeout.ms",
            "sasl.login.retry.backoff.max.ms",
            "sasl.login.retry.backoff.ms",
            "sasl.mechanism",
            "sasl.oauthbearer.clock.skew.seconds",
            "sasl.oauthbearer.jwks.endpoint.refresh.ms",
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
            "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms",
            "session.timeout.ms",
            "socket.connection.setup.timeout.max.ms",
            "socket.connection.setup.timeout.ms",
            "transaction.timeout.ms");

    /** An empty list of addresses is a value here, which a rule of its own refuses. */
    private static final String CHECKED_BY_RULE = "bootstrap.servers";

    private static final List<String> SAMPLES = List.of(
            "",
            " ",
            "0",
            "1",
            "-1",
            "-2",
            "5",
            "9",
            "10",
            "17",
            "18",
            "300",
            "901",
            "4000",
            "5001",
            "86401",
            "0.05",
            "0.5",
            "0.9",
            "1.5",
            "2147483647",
            "2147483648",
            "99999999999999999999",
            "true",
            "FALSE",
            "yes",
            "all",
            "ALL",
            "earliest",
            "Latest",
            "none",
            "NONE",
            "by_duration:P3D",
            "by_duration:",
            "by_duration:-P1D",
            "gzip",
            "GZIP",
            "read_committed",
            "READ_COMMITTED",
            "plaintext",
            "SSL",
            "Sasl_Ssl",
            "consumer",
            "Classic",
            "rebootstrap",
            "use_all_dns_ips",
            "default",
            "DEBUG",
            "trace",
            "es256",
            "host:9092",
            "a, b",
            "banana");

    @Test
    void should_have_exactly_the_keys_of_the_official_clients_and_its_own() {
        // given
        Map<String, Set<Role>> official = KafkaConfigDefs.roles();
        Set<String> expected = new TreeSet<>(official.keySet());
        expected.addAll(Set.of(
                "config.strict",
                "ottla.io.threads",
                "ottla.max.batch.records",
                "ottla.max.frame.bytes",
                "ottla.max.decompressed.batch.bytes",
                "ottla.consumer.memory.bytes"));

        // when
        List<String> names = ConfigKeys.all().stream().map(ConfigKey::name).toList();

        // then
        assertThat(official).hasSize(141);
        assertThat(names).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("officialNames")
    void should_know_the_same_clients_for_a_key(String name) {
        assertThat(key(name).roles()).isEqualTo(KafkaConfigDefs.roles().get(name));
    }

    @ParameterizedTest
    @MethodSource("officialNames")
    void should_have_the_default_of_one_of_the_official_clients(String name) {
        // given
        List<String> official = KafkaConfigDefs.roles().get(name).stream()
                .map(role -> officialDefault(KafkaConfigDefs.key(role, name)))
                .toList();

        // when
        String ours = key(name).defaultText().orElse("");

        // then
        assertThat(official).contains(ours);
    }

    @ParameterizedTest
    @MethodSource("namesCheckedByType")
    void should_accept_nothing_that_the_official_clients_refuse(String name) {
        Role role = KafkaConfigDefs.roles().get(name).iterator().next();
        for (String sample : SAMPLES) {
            if (accepts(key(name), sample)) {
                assertThat(KafkaConfigDefs.accepts(role, name, sample))
                        .as("%s=%s", name, sample)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("comparableNames")
    void should_accept_what_the_official_clients_accept(String name) {
        Role role = KafkaConfigDefs.roles().get(name).iterator().next();
        for (String sample : SAMPLES) {
            if (KafkaConfigDefs.accepts(role, name, sample)) {
                assertThat(accepts(key(name), sample)).as("%s=%s", name, sample).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("allKeys")
    void should_say_why_a_key_is_ignored_or_rejected(ConfigKey<?> key) {
        assertThat(key.description()).endsWith(".");
        if (key.status() != Status.IMPLEMENTED) {
            assertThat(key.note()).endsWith(".");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linger.mss,linger.ms",
        "lingerms,linger.ms",
        "boostrap.servers,bootstrap.servers",
        "ack,acks",
        "enable.autocommit,enable.auto.commit",
        "max.poll.intervall.ms,max.poll.interval.ms"
    })
    void should_suggest_the_key_that_was_probably_meant(String slip, String meant) {
        assertThat(ConfigKeys.nearest(slip).map(ConfigKey::name)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"schema.registry.url", "foo", "specific.avro.reader", "x"})
    void should_suggest_nothing_for_a_key_that_is_like_none(String name) {
        assertThat(ConfigKeys.nearest(name)).isEmpty();
    }

    private static ConfigKey<?> key(String name) {
        return ConfigKeys.find(name).orElseThrow();
    }

    private static boolean accepts(ConfigKey<?> key, String text) {
        try {
            key.type().parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String officialDefault(ConfigDef.ConfigKey key) {
        if (key.defaultValue == null || key.defaultValue == ConfigDef.NO_DEFAULT_VALUE) {
            return "";
        }
        return ConfigDef.convertToString(key.defaultValue, key.type).replace("class ", "");
    }

    static Stream<ConfigKey<?>> allKeys() {
        return ConfigKeys.all().stream();
    }

    static Stream<String> officialNames() {
        return KafkaConfigDefs.roles().keySet().stream();
    }

    static Stream<String> namesCheckedByType() {
        return officialNames()
                .filter(name -> !name.equals(CHECKED_BY_RULE))
                .filter(name -> key(name).status() != Status.REJECTED);
    }

    static Stream<String> comparableNames() {
        return officialNames().filter(name -> !STRICTER_HERE.contains(name));
    }
}
