package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.DescribeClusterRequest;
import dev.ottla.internal.protocol.message.DescribeClusterResponse;
import dev.ottla.internal.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import dev.ottla.testkit.internal.topic.Brokers.Broker;
import java.util.Collection;

/** DescribeCluster: the brokers, those that are down too if asked for (KIP-1073). */
@EventLoopConfined
final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequest, DescribeClusterResponse> {
    private static final byte BROKERS = 1;

    private final ClusterModel model;

    DescribeClusterHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(DescribeClusterRequest request, Call<DescribeClusterResponse> call) {
        ErrorCode error = call.wantedError();
        if (error == ErrorCode.NONE && request.endpointType() != BROKERS) {
            error = ErrorCode.MISMATCHED_ENDPOINT_TYPE;
        }
        if (error != ErrorCode.NONE) {
            call.reply(DescribeClusterResponse.builder()
                    .errorCode(error.code())
                    .errorMessage("The request was sent to a broker, which answers for brokers alone: " + error)
                    .build());
            return;
        }
        Collection<Broker> brokers = request.includeFencedBrokers()
                ? model.brokers().all()
                : model.brokers().live();
        DescribeClusterResponse.Builder response = DescribeClusterResponse.builder()
                .clusterId(model.clusterId())
                .controllerId(model.brokers().controllerId())
                .brokers(brokers.stream()
                        .map(broker -> DescribeClusterBroker.builder()
                                .brokerId(broker.id())
                                .host(broker.host())
                                .port(broker.port())
                                .isFenced(!broker.isUp())
                                .build())
                        .toList());
        if (request.includeClusterAuthorizedOperations()) {
            response.clusterAuthorizedOperations(AuthorizedOperations.CLUSTER);
        }
        call.reply(response.build());
    }
}
