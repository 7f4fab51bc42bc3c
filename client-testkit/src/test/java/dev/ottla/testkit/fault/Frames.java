package dev.ottla.testkit.fault;

import dev.ottla.internal.protocol.message.ApiKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Requests with a payload of text in the place of their body, and responses that repeat it. */
final class Frames {
    private static final int REQUEST_HEADER_BYTES = 10;

    private Frames() {}

    static byte[] request(ApiKey api, int correlationId, String clientId, String payload) {
        byte[] client = clientId.getBytes(StandardCharsets.UTF_8);
        byte[] text = payload.getBytes(StandardCharsets.UTF_8);
        int size = REQUEST_HEADER_BYTES + client.length + text.length;
        return ByteBuffer.allocate(4 + size)
                .putInt(size)
                .putShort(api.id())
                .putShort(api.highestVersion())
                .putInt(correlationId)
                .putShort((short) client.length)
                .put(client)
                .put(text)
                .array();
    }

    static int correlationId(byte[] request) {
        return ByteBuffer.wrap(request).getInt(4);
    }

    static byte[] payload(byte[] request) {
        int clientIdBytes = ByteBuffer.wrap(request).getShort(8);
        return Arrays.copyOfRange(request, REQUEST_HEADER_BYTES + clientIdBytes, request.length);
    }

    static byte[] response(int correlationId, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(4 + payload.length)
                .putInt(correlationId)
                .put(payload)
                .array();
    }
}
