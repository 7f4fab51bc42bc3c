package dev.ottla.it.conformance;

import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.ResponseMessage;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.RequestHeader;
import dev.ottla.internal.protocol.message.ResponseHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;

/** A connection that sends one request at a time and knows nothing of retries, leaders and coordinators. */
final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private int correlationId;

    RawConnection(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    <R extends ResponseMessage> R ask(RequestMessage<R> request, short version) throws IOException {
        ApiKey api = request.apiKey();
        ByteBuf out = Unpooled.buffer().writeInt(0);
        new RequestHeader(api.id(), version, ++correlationId, "conformance")
                .write(out, api.requestHeaderVersion(version));
        request.write(out, version);
        out.setInt(0, out.readableBytes() - Integer.BYTES);
        socket.getOutputStream().write(ByteBufUtil.getBytes(out));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = in.readNBytes(in.readInt());
        ByteBuf frame = Unpooled.wrappedBuffer(answer);
        ResponseHeader header = ResponseHeader.read(frame, api.responseHeaderVersion(version));
        if (header.correlationId() != correlationId) {
            throw new IOException("answer to " + header.correlationId() + " instead of " + correlationId);
        }
        return Objects.requireNonNull(request.readResponse(frame, version));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
