package dev.ottla.it.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.ApiVersionsDescription;
import dev.ottla.admin.ClusterDescription;
import dev.ottla.errors.KafkaException;
import dev.ottla.testkit.RealKafka;
import dev.ottla.testkit.RealKafkaTest;
import java.time.Duration;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RealKafkaTest
class ClusterOperationsTest {
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
    void should_describe_what_the_official_client_describes(RealKafka kafka) throws Exception {
        ClusterDescription description = admins.admin.cluster().describe().join();

        DescribeClusterResult expected = admins.oracle.describeCluster();
        assertThat(description.clusterId()).contains(expected.clusterId().get()).contains(kafka.clusterId());
        assertThat(description.nodes()).hasSameSizeAs(expected.nodes().get());
        assertThat(description.nodes().get(0).address())
                .isEqualTo(kafka.broker(1).address());
        assertThat(description.controller().orElseThrow().id())
                .isEqualTo(expected.controller().get().id());
    }

    @Test
    void should_tell_what_a_broker_speaks() throws Exception {
        ApiVersionsDescription description =
                admins.admin.cluster().apiVersions(1).join();

        assertThat(description.apis()).anySatisfy(api -> {
            assertThat(api.apiKey()).isEqualTo(ApiKeys.CREATE_TOPICS.id);
            assertThat(api.name()).contains("CREATE_TOPICS");
            assertThat(api.maxVersion()).isEqualTo(ApiKeys.CREATE_TOPICS.latestVersion());
        });
        FeatureMetadata expected =
                admins.oracle.describeFeatures().featureMetadata().get();
        assertThat(description.features())
                .hasSameSizeAs(expected.supportedFeatures().keySet());
        assertThat(description.features()).allSatisfy(feature -> {
            assertThat(feature.maxSupportedLevel())
                    .isEqualTo(expected.supportedFeatures().get(feature.name()).maxVersion());
            assertThat(feature.finalizedLevel().isPresent())
                    .isEqualTo(expected.finalizedFeatures().containsKey(feature.name()));
        });
    }

    @Test
    void should_end_in_time_when_there_is_no_such_broker() {
        assertThatThrownBy(() -> admins.admin
                        .withTimeout(Duration.ofMillis(500))
                        .cluster()
                        .apiVersions(77)
                        .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                        .join())
                .hasCauseInstanceOf(KafkaException.class)
                .hasMessageContaining("77");
    }
}
