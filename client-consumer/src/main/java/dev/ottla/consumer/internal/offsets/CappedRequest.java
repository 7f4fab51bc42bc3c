package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;

/**
 * A request that must not be written in the newest versions, because they name topics by an id that is not known.
 *
 * @param <R> the response
 */
@Immutable
public record CappedRequest<R extends ResponseMessage>(RequestMessage<R> request, short highestVersion)
        implements RequestMessage<R> {

    @Override
    public ApiKey apiKey() {
        return request.apiKey();
    }

    @Override
    public void write(ByteBuf out, short version) {
        request.write(out, version);
    }

    @Override
    public R readResponse(ByteBuf in, short version) {
        return request.readResponse(in, version);
    }
}
