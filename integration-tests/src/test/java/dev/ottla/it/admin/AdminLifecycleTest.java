package dev.ottla.it.admin;

import static dev.ottla.it.admin.AdminsSideBySide.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.admin.Admin;
import dev.ottla.admin.CreatedTopic;
import dev.ottla.admin.NewTopic;
import dev.ottla.admin.Results;
import dev.ottla.errors.ClosedException;
import dev.ottla.errors.Outcome;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealKafkaTest
class AdminLifecycleTest {
    private AdminsSideBySide admins;

    @BeforeEach
    void connect(RealKafka kafka) {
        admins = new AdminsSideBySide(kafka);
    }

    @AfterEach
    void close() {
        admins.close();
    }

    @Test
    void should_say_that_the_outcome_is_unknown_when_the_broker_does_not_answer(RealKafka kafka) {
        String topic = unique("topic");
        Results<String, CreatedTopic> results;
        kafka.broker(1).pause();
        try {
            results = admins.admin
                    .withTimeout(Duration.ofSeconds(1))
                    .topics()
                    .create(NewTopic.of(topic).partitions(1).replicationFactor(1))
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();
        } finally {
            kafka.broker(1).resume();
        }

        assertThat(results.failures().get(topic).outcome()).isEqualTo(Outcome.UNKNOWN);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> admins.oracle.listTopics().names().get().contains(topic));
    }

    @Test
    void should_keep_other_admins_of_the_client_when_one_is_closed() {
        try (Admin other = Admin.create(admins.client)) {
            admins.admin.close();
            admins.admin.close();

            assertThatThrownBy(() -> admins.admin.topics().list().join()).hasCauseInstanceOf(ClosedException.class);
            assertThatThrownBy(() -> admins.admin.topics().describe("t").join())
                    .hasCauseInstanceOf(ClosedException.class);
            assertThat(other.cluster().describe().join().nodes()).isNotEmpty();
        }
    }

    @Test
    void should_end_what_is_under_way_when_the_admin_is_closed() {
        CompletableFuture<?> future = admins.admin.cluster().apiVersions(77);

        admins.admin.close();

        assertThatThrownBy(() -> future.orTimeout(20, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(ClosedException.class);
    }

    @Test
    void should_end_what_is_under_way_and_refuse_the_rest_when_the_client_is_closed() {
        CompletableFuture<?> future = admins.admin.cluster().apiVersions(77);

        admins.client.close();

        assertThatThrownBy(() -> future.orTimeout(20, TimeUnit.SECONDS).join())
                .hasCauseInstanceOf(ClosedException.class);
        assertThatThrownBy(() -> admins.admin
                        .topics()
                        .describe("t")
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join())
                .hasCauseInstanceOf(ClosedException.class);
    }

    @Test
    void should_refuse_a_timeout_that_is_none() {
        assertThatThrownBy(() -> admins.admin.withTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
