package dev.ottla.internal.net;

import dev.ottla.internal.concurrent.EventLoopConfined;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands last in the pipeline while TLS shakes hands, then makes room for the connection. Owned by the channel's loop; made by
 * the {@link ConnectAttempt}. After a failure it stays, so that nothing that follows gets lost in the pipeline.
 */
@EventLoopConfined
final class TlsHandshake extends ChannelInboundHandlerAdapter {
    private final Consumer<@Nullable Throwable> onEnded;

    /**
     * {@code onEnded} gets null when the broker has proved itself, and nothing afterwards; otherwise why it has not, and then
     * perhaps more.
     */
    TlsHandshake(Consumer<@Nullable Throwable> onEnded) {
        this.onEnded = onEnded;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent completion)) {
            return;
        }
        if (completion.isSuccess()) {
            ctx.pipeline().remove(this);
            onEnded.accept(null);
        } else {
            // Netty reports a peer that hangs up as an error of the handshake; the two need different advice.
            onEnded.accept(ctx.channel().isActive() ? completion.cause() : new ClosedChannelException());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        onEnded.accept(new ClosedChannelException());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        onEnded.accept(cause);
    }
}
