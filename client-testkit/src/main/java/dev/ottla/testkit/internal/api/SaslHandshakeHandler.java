package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.SaslHandshakeRequest;
import dev.ottla.internal.protocol.message.SaslHandshakeResponse;
import dev.ottla.testkit.internal.sasl.SaslExchange;
import dev.ottla.testkit.internal.sasl.SaslMechanisms;
import java.util.List;

/** SaslHandshake: agrees on a mechanism. */
@EventLoopConfined
final class SaslHandshakeHandler implements ApiHandler<SaslHandshakeRequest, SaslHandshakeResponse> {
    private final ClusterModel model;

    SaslHandshakeHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(SaslHandshakeRequest request, Call<SaslHandshakeResponse> call) {
        if (!(call.connection().authentication() instanceof Authentication.Required)) {
            call.reply(new SaslHandshakeResponse(ErrorCode.ILLEGAL_SASL_STATE.code(), List.of()));
            return;
        }
        SaslExchange exchange = model.sasl().begin(request.mechanism());
        ErrorCode error = call.wantedError();
        if (error == ErrorCode.NONE && exchange == null) {
            error = ErrorCode.UNSUPPORTED_SASL_MECHANISM;
        }
        if (error == ErrorCode.NONE && exchange != null) {
            call.connection().authentication(new Authentication.Agreed(exchange));
        }
        call.reply(new SaslHandshakeResponse(error.code(), SaslMechanisms.NAMES));
    }
}
