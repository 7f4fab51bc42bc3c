package dev.ottla.producer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash2, 32 bits, with the seed that Kafka uses: part of the contract between producers, because it decides where a key
 * lives. Thread-safe, stateless.
 */
final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Murmur2() {}

    /** The hash of the bytes from one index up to another. */
    static int hash(byte[] bytes, int from, int to) {
        int length = to - from;
        int wordsEnd = to - (length & 3);
        int hash = SEED ^ length;
        for (int at = from; at < wordsEnd; at += Integer.BYTES) {
            int word = (int) WORDS.get(bytes, at) * M;
            hash = (hash * M) ^ ((word ^ (word >>> R)) * M);
        }
        return finish(mixTail(hash, bytes, wordsEnd, to));
    }

    private static int mixTail(int hash, byte[] bytes, int from, int to) {
        if (from == to) {
            return hash;
        }
        int tail = 0;
        for (int at = to - 1; at >= from; at--) {
            tail = (tail << Byte.SIZE) | (bytes[at] & 0xff);
        }
        return (hash ^ tail) * M;
    }

    private static int finish(int mixed) {
        int hash = (mixed ^ (mixed >>> 13)) * M;
        return hash ^ (hash >>> 15);
    }
}
