package dev.ottla.internal.record;

import dev.ottla.common.Header;
import dev.ottla.common.Headers;
import dev.ottla.internal.concurrent.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;

/** Writes the headers of a record, without an array per key. Part of {@link RecordBatchBuilder}'s append. */
@ThreadSafe
final class HeaderEncoder {
    private HeaderEncoder() {}

    /** How many bytes the headers take, their count included. */
    static long sizeOf(Headers headers) {
        if (headers.isEmpty()) {
            return 1;
        }
        long bytes = Varint.sizeOf(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            byte[] value = header.value();
            int keyBytes = ByteBufUtil.utf8Bytes(header.key());
            bytes += Varint.sizeOf(keyBytes) + (long) keyBytes;
            bytes += value == null ? 1 : Varint.sizeOf(value.length) + (long) value.length;
        }
        return bytes;
    }

    /** Writes the headers at the position and returns the position after them. */
    static int put(Segment segment, int position, Headers headers) {
        ByteBuffer memory = segment.memory();
        int at = Varint.put(memory, position, headers.size());
        for (int i = 0; i < headers.size(); i++) {
            Header header = headers.get(i);
            at = putKey(segment, at, header.key());
            byte[] value = header.value();
            at = Varint.put(memory, at, value == null ? -1 : value.length);
            if (value != null) {
                memory.put(at, value);
                at += value.length;
            }
        }
        return at;
    }

    private static int putKey(Segment segment, int position, String key) {
        int bytes = ByteBufUtil.utf8Bytes(key);
        int start = Varint.put(segment.memory(), position, bytes);
        ByteBuf buffer = segment.buffer().writerIndex(start);
        // Not writeUtf8, which asks for room for the longest form: at the end of a segment there may be just enough.
        ByteBufUtil.reserveAndWriteUtf8(buffer, key, bytes);
        return buffer.writerIndex();
    }
}
