package dev.ottla.producer;

import java.util.zip.CRC32;

/** Hashes of a key's bytes, as other clients compute them; those of the JVM's own client are in {@link Murmur2}. */
final class ByteHashes {
    private static final int FNV_OFFSET_BASIS = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;
    private static final int BYTE_MASK = 0xff;

    private ByteHashes() {}

    /** CRC-32 of IEEE 802.3, from 0 to 2^32 - 1, of the bytes from one index up to another. */
    static long crc32(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return crc.getValue();
    }

    /** FNV-1a with 32 bits, as a signed number, of the bytes from one index up to another. */
    static int fnv1a(byte[] bytes, int from, int to) {
        int hash = FNV_OFFSET_BASIS;
        for (int at = from; at < to; at++) {
            hash = (hash ^ (bytes[at] & BYTE_MASK)) * FNV_PRIME;
        }
        return hash;
    }
}
