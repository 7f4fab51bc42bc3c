package dev.ottla.producer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * MurmurHash2, 32 bits, with the seed that Kafka uses: part of the contract between producers, because it decides where a key
 * lives. Thread-safe, stateless.
 */
final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private Murmur2() {}

    /** The hash of what remains in the buffer, whose position does not change. */
    static int hash(ByteBuffer bytes) {
        int length = bytes.remaining();
        int at = bytes.position();
        int wordsEnd = at + (length & ~3);
        boolean isBigEndian = bytes.order() == ByteOrder.BIG_ENDIAN;
        int hash = SEED ^ length;
        for (; at < wordsEnd; at += Integer.BYTES) {
            int word = isBigEndian ? Integer.reverseBytes(bytes.getInt(at)) : bytes.getInt(at);
            word *= M;
            word ^= word >>> R;
            hash = (hash * M) ^ (word * M);
        }
        return finish(mixTail(hash, bytes, at, length & 3));
    }

    private static int mixTail(int hash, ByteBuffer bytes, int at, int tailBytes) {
        if (tailBytes == 0) {
            return hash;
        }
        int tail = 0;
        for (int i = tailBytes - 1; i >= 0; i--) {
            tail = (tail << Byte.SIZE) | (bytes.get(at + i) & 0xff);
        }
        return (hash ^ tail) * M;
    }

    private static int finish(int mixed) {
        int hash = (mixed ^ (mixed >>> 13)) * M;
        return hash ^ (hash >>> 15);
    }
}
