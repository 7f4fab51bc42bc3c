package dev.ottla.benchmarks.nullbroker;

import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import dev.ottla.internal.protocol.message.FindCoordinatorRequest;
import dev.ottla.internal.protocol.message.ListOffsetsRequest;
import dev.ottla.internal.protocol.message.MetadataRequest;
import dev.ottla.internal.protocol.message.OffsetCommitRequest;
import dev.ottla.internal.protocol.message.OffsetFetchRequest;
import dev.ottla.internal.protocol.message.ProduceRequest;
import dev.ottla.internal.protocol.message.ProduceResponse;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Answers the requests of one connection, in their order. Owned by the connection's event loop. */
final class RequestHandler extends SimpleChannelInboundHandler<ByteBuf> {
    /** How often a fetch that waits looks whether a paced topic has grown. */
    private static final int PACED_LOOK_MILLIS = 2;

    private final NullBroker broker;
    private final ProduceAnswers produced;
    private final FetchSession fetchSession;
    private final AnswerLine answers = new AnswerLine();

    /** A request that is to be answered: its header, and the place of the answer. */
    private record Asked(RequestHeader header, AnswerLine.Place place) {}

    RequestHandler(NullBroker broker, int sessionId) {
        this.broker = broker;
        this.produced = new ProduceAnswers(broker.topics(), broker.tally());
        this.fetchSession = new FetchSession(broker.topics(), sessionId);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
        ApiKey api = Objects.requireNonNull(ApiKey.forId(frame.getShort(frame.readerIndex())), "unknown API");
        short version = frame.getShort(frame.readerIndex() + Short.BYTES);
        RequestHeader header = RequestHeader.read(frame, api.requestHeaderVersion(version));
        switch (api) {
            case API_VERSIONS -> respond(ctx, header, broker.cluster().apiVersions());
            case METADATA -> respond(ctx, header, broker.cluster().metadata(MetadataRequest.read(frame, version)));
            case FIND_COORDINATOR ->
                respond(
                        ctx,
                        header,
                        broker.cluster().coordinator(FindCoordinatorRequest.read(frame, version), version));
            case INIT_PRODUCER_ID -> respond(ctx, header, broker.cluster().producerId());
            case LIST_OFFSETS ->
                respond(ctx, header, broker.offsets().list(ListOffsetsRequest.read(frame, version), version));
            case OFFSET_FETCH ->
                respond(ctx, header, broker.offsets().fetch(OffsetFetchRequest.read(frame, version), version));
            case OFFSET_COMMIT ->
                respond(ctx, header, broker.offsets().commit(OffsetCommitRequest.read(frame, version)));
            case PRODUCE -> onProduce(ctx, header, ProduceRequest.read(frame, version));
            case FETCH -> onFetch(ctx, new Asked(header, answers.take()), FetchRequest.read(frame, version));
            default -> throw new IllegalStateException("a null broker does not answer " + api);
        }
    }

    private void onProduce(ChannelHandlerContext ctx, RequestHeader header, ProduceRequest request) {
        ProduceResponse response = produced.answer(request);
        if (request.acks() == 0) {
            return;
        }
        Asked asked = new Asked(header, answers.take());
        int delayMillis = produced.delayMillis(request);
        if (delayMillis == 0) {
            respond(ctx, asked, response);
        } else {
            ctx.executor().schedule(() -> respond(ctx, asked, response), delayMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void onFetch(ChannelHandlerContext ctx, Asked asked, FetchRequest request) {
        fetchSession.update(request);
        fetchWhenThereIsSomething(ctx, asked, request, request.maxWaitMs());
    }

    private void fetchWhenThereIsSomething(
            ChannelHandlerContext ctx, Asked asked, FetchRequest request, int waitMillis) {
        if (waitMillis <= 0 || !fetchSession.isAtEnd()) {
            fetched(ctx, asked, request);
            return;
        }
        int step = fetchSession.isPaced() ? Math.min(waitMillis, PACED_LOOK_MILLIS) : waitMillis;
        ctx.executor()
                .schedule(
                        () -> fetchWhenThereIsSomething(ctx, asked, request, waitMillis - step),
                        step,
                        TimeUnit.MILLISECONDS);
    }

    private void fetched(ChannelHandlerContext ctx, Asked asked, FetchRequest request) {
        FetchResponse response = fetchSession.answer(request, ctx.alloc());
        GatheringBuffer out = new GatheringBuffer(ctx.alloc());
        write(asked, response, out);
        answers.fill(ctx, asked.place(), out.releaseToFrame());
        broker.tally().onFetch(FetchSession.release(response));
    }

    private void respond(ChannelHandlerContext ctx, RequestHeader header, Message response) {
        respond(ctx, new Asked(header, answers.take()), response);
    }

    private void respond(ChannelHandlerContext ctx, Asked asked, Message response) {
        ByteBuf out = ctx.alloc().directBuffer();
        out.writeInt(0);
        write(asked, response, out);
        out.setInt(0, out.readableBytes() - Integer.BYTES);
        answers.fill(ctx, asked.place(), out);
    }

    private static void write(Asked asked, Message response, ByteBuf out) {
        RequestHeader request = asked.header();
        ApiKey api = Objects.requireNonNull(ApiKey.forId(request.requestApiKey()));
        short version = request.requestApiVersion();
        new ResponseHeader(request.correlationId()).write(out, api.responseHeaderVersion(version));
        response.write(out, version);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        answers.close();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that has its records may hang up while more are on their way; one that did not will say so itself.
        if (!(cause instanceof IOException)) {
            broker.onError(cause);
        }
        ctx.close();
    }
}
