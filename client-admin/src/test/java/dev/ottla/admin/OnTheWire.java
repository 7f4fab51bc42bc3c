package dev.ottla.admin;

import dev.ottla.internal.protocol.Message;
import dev.ottla.internal.protocol.MessageReader;
import dev.ottla.internal.protocol.RequestMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** What a broker that speaks a version would read of what was sent to it. */
final class OnTheWire {
    private OnTheWire() {}

    static <T> T read(RequestMessage<?> request, int version, MessageReader<T> reader) {
        ByteBuf bytes = Unpooled.buffer();
        request.write(bytes, (short) version);
        return reader.read(bytes, (short) version);
    }

    static ByteBuf bytes(int leadingVersion, Message message) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeShort(leadingVersion);
        message.write(bytes, (short) Math.min(leadingVersion, 3));
        return bytes;
    }
}
