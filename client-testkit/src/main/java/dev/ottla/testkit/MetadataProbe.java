package dev.ottla.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks one broker which brokers it knows, over a connection of its own: Metadata v1, written by hand so that the test
 * kit never depends on the code under test. A broker lists only brokers that are not fenced, itself included, so the
 * answer proves that the broker serves requests and that the controller admitted it. Blocks its caller.
 */
final class MetadataProbe {
    private static final short METADATA = 3;
    private static final short VERSION = 1;
    private static final int CORRELATION_ID = 1;
    private static final int NO_TOPICS = 0;

    /** No test cluster answers with more; it bounds what is read when something else listens on the port. */
    private static final int RESPONSE_BYTES_MAX = 1 << 20;

    private MetadataProbe() {}

    /** The ids of the brokers that the one at {@code port} of 127.0.0.1 lists; an error if none answers in time. */
    static Set<Integer> brokersSeenFrom(int port, Duration timeout) throws IOException {
        return brokersSeenFrom(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeout);
    }

    /** The ids of the brokers that the one at this address lists; an error if none answers in time. */
    static Set<Integer> brokersSeenFrom(InetSocketAddress address, Duration timeout) throws IOException {
        int timeoutMillis = Math.toIntExact(timeout.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(address, timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            socket.getOutputStream().write(request());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return brokerIds(responseBody(in));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("no answer to the Metadata request", e);
        }
    }

    private static byte[] request() {
        byte[] clientId = "ottla-testkit".getBytes(StandardCharsets.UTF_8);
        int size = 2 + 2 + 4 + 2 + clientId.length + 4;
        return ByteBuffer.allocate(4 + size)
                .putInt(size)
                .putShort(METADATA)
                .putShort(VERSION)
                .putInt(CORRELATION_ID)
                .putShort((short) clientId.length)
                .put(clientId)
                .putInt(NO_TOPICS)
                .array();
    }

    private static ByteBuffer responseBody(DataInputStream in) throws IOException {
        int size = in.readInt();
        if (size < 8 || size > RESPONSE_BYTES_MAX) {
            throw new IOException("no Kafka response: it claims " + size + " bytes");
        }
        ByteBuffer response = ByteBuffer.wrap(in.readNBytes(size));
        if (response.remaining() < size || response.getInt() != CORRELATION_ID) {
            throw new IOException("no answer to the Metadata request");
        }
        return response;
    }

    private static Set<Integer> brokerIds(ByteBuffer body) {
        Set<Integer> ids = new TreeSet<>();
        for (int remaining = body.getInt(); remaining > 0; remaining--) {
            ids.add(body.getInt());
            skipString(body); // host
            body.getInt(); // port
            skipString(body); // rack, null is -1
        }
        return ids;
    }

    private static void skipString(ByteBuffer body) {
        int length = body.getShort();
        body.position(body.position() + Math.max(0, length));
    }
}
