package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** One blocking connection that writes frames and reads them. */
final class FrameClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final String clientId;
    private int nextCorrelationId = 1;

    FrameClient(FaultProxy proxy, String clientId) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        this.socket.setTcpNoDelay(true);
        this.socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        this.in = new DataInputStream(socket.getInputStream());
        this.clientId = clientId;
    }

    /** Correlation ids count from 1. */
    int send(ApiKey api, String payload) throws IOException {
        int correlationId = nextCorrelationId++;
        write(Frames.request(api, correlationId, clientId, payload));
        return correlationId;
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next response: its correlation id, a colon, its payload. */
    String read() throws IOException {
        ByteBuffer response = ByteBuffer.wrap(readBytes(in.readInt()));
        int correlationId = response.getInt();
        return correlationId + ":" + StandardCharsets.UTF_8.decode(response);
    }

    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }

    String ask(ApiKey api, String payload) throws IOException {
        send(api, payload);
        return read();
    }

    /** What one read finds. */
    int readSome(byte[] target, int offset) throws IOException {
        return socket.getInputStream().read(target, offset, target.length - offset);
    }

    boolean isSilentFor(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            in.readByte();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
