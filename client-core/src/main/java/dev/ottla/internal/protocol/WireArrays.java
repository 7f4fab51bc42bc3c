package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Immutable;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of primitive types; arrays of structs are read and written by the generated struct itself. Called by the generated
 * messages on the connection's loop. Nothing is allocated for a count that the readable bytes cannot hold.
 */
@Immutable
public final class WireArrays {
    private static final int STRING_BYTES_MIN = 1;
    private static final int UUID_BYTES = 2 * Long.BYTES;

    private WireArrays() {}

    public static Ints readInts(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableInts(in, flexible, field), field);
    }

    public static @Nullable Ints readNullableInts(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, Integer.BYTES, field);
        if (count < 0) {
            return null;
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readInt();
        }
        return Ints.ofOwned(values);
    }

    public static void writeInts(ByteBuf out, Ints values, boolean flexible) {
        Wire.writeCount(out, values.size(), flexible);
        for (int i = 0; i < values.size(); i++) {
            out.writeInt(values.get(i));
        }
    }

    public static void writeNullableInts(ByteBuf out, @Nullable Ints values, boolean flexible) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeInts(out, values, flexible);
        }
    }

    public static Longs readLongs(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableLongs(in, flexible, field), field);
    }

    public static @Nullable Longs readNullableLongs(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, Long.BYTES, field);
        if (count < 0) {
            return null;
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readLong();
        }
        return Longs.ofOwned(values);
    }

    public static void writeLongs(ByteBuf out, Longs values, boolean flexible) {
        Wire.writeCount(out, values.size(), flexible);
        for (int i = 0; i < values.size(); i++) {
            out.writeLong(values.get(i));
        }
    }

    public static void writeNullableLongs(ByteBuf out, @Nullable Longs values, boolean flexible) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeLongs(out, values, flexible);
        }
    }

    public static Shorts readShorts(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableShorts(in, flexible, field), field);
    }

    public static @Nullable Shorts readNullableShorts(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, Short.BYTES, field);
        if (count < 0) {
            return null;
        }
        short[] values = new short[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readShort();
        }
        return Shorts.ofOwned(values);
    }

    public static void writeShorts(ByteBuf out, Shorts values, boolean flexible) {
        Wire.writeCount(out, values.size(), flexible);
        for (int i = 0; i < values.size(); i++) {
            out.writeShort(values.get(i));
        }
    }

    public static void writeNullableShorts(ByteBuf out, @Nullable Shorts values, boolean flexible) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeShorts(out, values, flexible);
        }
    }

    public static Bytes readBytes(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableBytes(in, flexible, field), field);
    }

    public static @Nullable Bytes readNullableBytes(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, Byte.BYTES, field);
        if (count < 0) {
            return null;
        }
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readByte();
        }
        return Bytes.ofOwned(values);
    }

    public static void writeBytes(ByteBuf out, Bytes values, boolean flexible) {
        Wire.writeCount(out, values.size(), flexible);
        for (int i = 0; i < values.size(); i++) {
            out.writeByte(values.get(i));
        }
    }

    public static void writeNullableBytes(ByteBuf out, @Nullable Bytes values, boolean flexible) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeBytes(out, values, flexible);
        }
    }

    public static List<String> readStrings(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableStrings(in, flexible, field), field);
    }

    public static @Nullable List<String> readNullableStrings(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, STRING_BYTES_MIN, field);
        if (count < 0) {
            return null;
        }
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
            values[i] = Wire.readString(in, flexible, field);
        }
        return List.of(values);
    }

    public static void writeStrings(ByteBuf out, List<String> values, boolean flexible, String field) {
        Wire.writeCount(out, values.size(), flexible);
        for (String value : values) {
            Wire.writeString(out, value, flexible, field);
        }
    }

    public static void writeNullableStrings(
            ByteBuf out, @Nullable List<String> values, boolean flexible, String field) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeStrings(out, values, flexible, field);
        }
    }

    public static List<UUID> readUuids(ByteBuf in, boolean flexible, String field) {
        return Wire.requireNonNull(readNullableUuids(in, flexible, field), field);
    }

    public static @Nullable List<UUID> readNullableUuids(ByteBuf in, boolean flexible, String field) {
        int count = Wire.readNullableCount(in, flexible, UUID_BYTES, field);
        if (count < 0) {
            return null;
        }
        UUID[] values = new UUID[count];
        for (int i = 0; i < count; i++) {
            values[i] = Wire.readUuid(in, field);
        }
        return List.of(values);
    }

    public static void writeUuids(ByteBuf out, List<UUID> values, boolean flexible) {
        Wire.writeCount(out, values.size(), flexible);
        for (UUID value : values) {
            Wire.writeUuid(out, value);
        }
    }

    public static void writeNullableUuids(ByteBuf out, @Nullable List<UUID> values, boolean flexible) {
        if (values == null) {
            Wire.writeNullCount(out, flexible);
        } else {
            writeUuids(out, values, flexible);
        }
    }
}
