package dev.ottla.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.admin.internal.ScriptedCalls;
import dev.ottla.common.Node;
import dev.ottla.errors.ConnectionException;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.ApiVersion;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.MetadataResponse.MetadataResponseBroker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ClusterAdminTest {
    private final ScriptedCalls calls = new ScriptedCalls();
    private final ClusterAdmin cluster = new ClusterAdmin(new Operations(calls, Duration.ofSeconds(5)));

    @Test
    void should_describe_the_cluster() {
        CompletableFuture<ClusterDescription> future = cluster.describe();
        MetadataRequest request = calls.sent(0).request(MetadataRequest.class);

        calls.sent(0)
                .answer(MetadataResponse.builder()
                        .clusterId("id")
                        .controllerId(2)
                        .brokers(List.of(
                                new MetadataResponseBroker(2, "two", 9092, "r2"),
                                new MetadataResponseBroker(1, "one", 9092, null)))
                        .build());

        assertThat(request.topics()).isEmpty();
        assertThat(future.join().clusterId()).contains("id");
        assertThat(future.join().nodes()).containsExactly(new Node(1, "one", 9092), new Node(2, "two", 9092, "r2"));
        assertThat(future.join().controller()).contains(new Node(2, "two", 9092, "r2"));
    }

    @Test
    void should_describe_a_cluster_without_controller() {
        CompletableFuture<ClusterDescription> future = cluster.describe();

        calls.sent(0)
                .answer(MetadataResponse.builder()
                        .brokers(List.of(new MetadataResponseBroker(1, "one", 9092, null)))
                        .build());

        assertThat(future.join().controller()).isEmpty();
        assertThat(future.join().clusterId()).isEmpty();
    }

    @Test
    void should_fail_when_no_broker_answers() {
        CompletableFuture<ClusterDescription> future = cluster.describe();

        calls.sent(0).fail(new ConnectionException("nobody", null));

        assertThatThrownBy(future::join).hasCauseInstanceOf(ConnectionException.class);
    }

    @Test
    void should_tell_what_a_broker_speaks() {
        CompletableFuture<ApiVersionsDescription> future = cluster.apiVersions(3);

        calls.sent(0)
                .answer(ApiVersionsResponse.builder()
                        .apiKeys(List.of(
                                new ApiVersion((short) 9999, (short) 0, (short) 1),
                                new ApiVersion((short) 3, (short) 0, (short) 13)))
                        .supportedFeatures(List.of(
                                new SupportedFeatureKey("metadata.version", (short) 7, (short) 27),
                                new SupportedFeatureKey("group.version", (short) 0, (short) 1)))
                        .finalizedFeatures(List.of(new FinalizedFeatureKey("metadata.version", (short) 25, (short) 25)))
                        .build());

        assertThat(calls.sent(0).call().route()).isEqualTo(Route.node(3));
        assertThat(future.join().apis())
                .containsExactly(
                        new ApiVersionRange(3, Optional.of("METADATA"), 0, 13),
                        new ApiVersionRange(9999, Optional.empty(), 0, 1));
        assertThat(future.join().features())
                .containsExactly(
                        new FeatureDescription("group.version", 0, 1, OptionalInt.empty()),
                        new FeatureDescription("metadata.version", 7, 27, OptionalInt.of(25)));
    }

    @Test
    void should_repeat_a_read_no_more_often_than_allowed() {
        calls.retriesMax = 3;

        cluster.describe();

        assertThat(calls.sent(0).call().attemptsMax()).isEqualTo(4);
    }

    @Test
    void should_refuse_a_node_id_that_can_not_be() {
        assertThatThrownBy(() -> cluster.apiVersions(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(calls.sent).isEmpty();
    }
}
