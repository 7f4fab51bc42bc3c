package dev.ottla.testkit.internal.api;

import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.MessageReader;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.ApiVersionsResponse;
import dev.ottla.internal.protocol.message.RequestHeader;
import io.netty.buffer.ByteBuf;

/**
 * One API as a broker offers it: the versions, how a request is read, who handles it. Made by {@link Apis}.
 *
 * @param <Q> the request
 * @param <R> the response
 */
@EventLoopConfined
record Endpoint<Q extends RequestMessage<R>, R extends ResponseMessage>(
        ApiKey api, MessageReader<Q> reader, ApiHandler<Q, R> handler) {

    /** Reads the request and has it handled. Borrows the buffer for the call. */
    void serve(ByteBuf in, RequestHeader header, Connection connection, ClusterModel model) {
        Q request = Wire.readToEnd(in, header.requestApiVersion(), api.name(), reader);
        Call<R> call = new Call<>(api, header, connection, model.faults());
        if (call.isCutOff()) {
            call.disconnect();
        } else if (call.deferredNanos() > 0) {
            in.retain();
            model.loop()
                    .schedule(
                            () -> {
                                handler.handle(request, call);
                                in.release();
                            },
                            call.deferredNanos());
        } else {
            handler.handle(request, call);
        }
    }

    /** The row of the ApiVersions answer. */
    ApiVersionsResponse.ApiVersion versions() {
        // KAFKA-18659: librdkafka compresses only for brokers that name version 0, so Kafka 4 names it without serving
        // it.
        short lowest = api == ApiKey.PRODUCE ? 0 : api.lowestVersion();
        return new ApiVersionsResponse.ApiVersion(api.id(), lowest, api.highestVersion());
    }
}
