package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Cuts what a client sends into requests: the broker's side of the four-byte length. */
@Confined
final class FrameCutter {
    private final Consumer<byte[]> onFrame;
    private byte[] gathered = new byte[0];

    FrameCutter(Consumer<byte[]> onFrame) {
        this.onFrame = onFrame;
    }

    void accept(byte[] bytes) {
        int before = gathered.length;
        gathered = Arrays.copyOf(gathered, before + bytes.length);
        System.arraycopy(bytes, 0, gathered, before, bytes.length);
        while (gathered.length >= Integer.BYTES && gathered.length - Integer.BYTES >= intAt(gathered, 0)) {
            int end = Integer.BYTES + intAt(gathered, 0);
            byte[] frame = Arrays.copyOfRange(gathered, Integer.BYTES, end);
            gathered = Arrays.copyOfRange(gathered, end, gathered.length);
            onFrame.accept(frame);
        }
    }

    static int intAt(byte[] bytes, int index) {
        return ByteBuffer.wrap(bytes).getInt(index);
    }

    static short shortAt(byte[] bytes, int index) {
        return ByteBuffer.wrap(bytes).getShort(index);
    }
}
