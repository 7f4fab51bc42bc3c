package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.MetadataResponse;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import dev.ottla.testkit.internal.cluster.BrokerPort;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Objects;

/** Two brokers that know each other and can do nothing else: enough for a client to find its cluster. */
final class StubBroker implements BrokerPort {
    int opened;
    int closed;

    @Override
    public Session open(Outbound outbound, String clientHost) {
        opened++;
        return new Session() {
            @Override
            public void onFrame(ByteBuf ownedFrame) {
                ApiKey api = Objects.requireNonNull(ApiKey.forId(ownedFrame.getShort(0)));
                short version = ownedFrame.getShort(2);
                RequestHeader header = RequestHeader.read(ownedFrame, api.requestHeaderVersion(version));
                ResponseMessage response = api == ApiKey.API_VERSIONS ? versions() : cluster();
                ByteBuf frame = Unpooled.buffer();
                new ResponseHeader(header.correlationId()).write(frame, api.responseHeaderVersion(version));
                response.write(frame, version);
                outbound.send(frame);
                ownedFrame.release();
            }

            @Override
            public void onClosed() {
                closed++;
            }
        };
    }

    private static ApiVersionsResponse versions() {
        return ApiVersionsResponse.builder()
                .apiKeys(List.of(version(ApiKey.API_VERSIONS), version(ApiKey.METADATA)))
                .build();
    }

    private static ApiVersionsResponse.ApiVersion version(ApiKey api) {
        return new ApiVersionsResponse.ApiVersion(api.id(), api.lowestVersion(), api.highestVersion());
    }

    private static MetadataResponse cluster() {
        return MetadataResponse.builder()
                .brokers(List.of(broker(1), broker(2)))
                .clusterId("stub")
                .controllerId(1)
                .build();
    }

    private static MetadataResponse.MetadataResponseBroker broker(int nodeId) {
        return new MetadataResponse.MetadataResponseBroker(
                nodeId, SimulatedNetwork.host(nodeId), SimulatedNetwork.PORT, null);
    }
}
