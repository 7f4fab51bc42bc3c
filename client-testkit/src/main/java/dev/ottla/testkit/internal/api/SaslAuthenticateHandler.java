package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.SaslAuthenticateRequest;
import dev.ottla.internal.protocol.message.SaslAuthenticateResponse;
import dev.ottla.testkit.internal.sasl.SaslExchange.Step;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** SaslAuthenticate: one step of the exchange that was agreed on; a failed one ends the connection. */
@EventLoopConfined
final class SaslAuthenticateHandler implements ApiHandler<SaslAuthenticateRequest, SaslAuthenticateResponse> {

    @Override
    public void handle(SaslAuthenticateRequest request, Call<SaslAuthenticateResponse> call) {
        if (!(call.connection().authentication() instanceof Authentication.Agreed agreed)) {
            call.reply(answer(
                    ErrorCode.ILLEGAL_SASL_STATE,
                    "SaslAuthenticate request received after successful authentication",
                    new byte[0]));
            return;
        }
        Step step = call.wantedError() == ErrorCode.NONE
                ? agreed.exchange().next(ByteBufUtil.getBytes(request.authBytes()))
                : new Step.Failed("Authentication failed as the test wants it");
        if (step instanceof Step.Failed failed) {
            call.reply(answer(ErrorCode.SASL_AUTHENTICATION_FAILED, failed.message(), new byte[0]));
            call.connection().disconnect();
        } else if (step instanceof Step.Done done) {
            call.connection().authentication(new Authentication.Done(done.user()));
            call.reply(answer(ErrorCode.NONE, null, done.token()));
        } else if (step instanceof Step.Challenge challenge) {
            call.reply(answer(ErrorCode.NONE, null, challenge.token()));
        }
    }

    private static SaslAuthenticateResponse answer(ErrorCode error, @Nullable String message, byte[] token) {
        return new SaslAuthenticateResponse(error.code(), message, Unpooled.wrappedBuffer(token), 0);
    }
}
