package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One direction of a connection: bytes come out in the order in which they went in, later, and cut anywhere. Each delivery is
 * a step of its own. Owned by the {@link Link}.
 */
@Confined
final class Pipe implements Actor {
    /** What a sender may have on its way before it has to wait, as a socket's send buffer. */
    private static final int CAPACITY_BYTES = 128 * 1024;

    private static final class Chunk {
        private final byte[] bytes;
        private final long readyAtNanos;

        Chunk(byte[] bytes, long readyAtNanos) {
            this.bytes = bytes;
            this.readyAtNanos = readyAtNanos;
        }
    }

    private final Scheduler scheduler;
    private final SimulatedNetwork network;
    private final Link link;
    private final String name;
    private final Consumer<byte[]> sink;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();

    private int waitingBytes;
    private long stalledUntilNanos;
    private boolean isEnding;
    private Runnable onEnd = () -> {};

    Pipe(Scheduler scheduler, SimulatedNetwork network, Link link, String name, Consumer<byte[]> sink) {
        this.scheduler = scheduler;
        this.network = network;
        this.link = link;
        this.name = name;
        this.sink = sink;
        this.stalledUntilNanos = scheduler.nanoTime();
        scheduler.add(this);
    }

    void send(byte[] bytes) {
        if (isEnding || bytes.length == 0) {
            return;
        }
        waitingBytes += bytes.length;
        chunks.add(new Chunk(bytes, scheduler.nanoTime() + network.drawLatencyNanos()));
    }

    /** What was sent before still comes, then this. */
    void end(Runnable afterTheLastByte) {
        if (!isEnding) {
            isEnding = true;
            onEnd = afterTheLastByte;
            chunks.add(new Chunk(new byte[0], scheduler.nanoTime() + network.drawLatencyNanos()));
        }
    }

    /** Nothing more comes, not even what was sent before. */
    void cut() {
        isEnding = true;
        chunks.clear();
        waitingBytes = 0;
        scheduler.remove(this);
    }

    void stallUntil(long nanos) {
        stalledUntilNanos = Math.max(stalledUntilNanos, nanos);
    }

    boolean hasRoom() {
        return waitingBytes < CAPACITY_BYTES;
    }

    @Override
    public String name() {
        return name;
    }

    /** Whether it is part of an exchange of records. */
    boolean carriesRecords() {
        return link.carriesRecords();
    }

    boolean isToBroker() {
        return link.isToBroker(this);
    }

    @Override
    public long readyAtNanos() {
        Chunk head = chunks.peek();
        return head == null ? NEVER : Math.max(head.readyAtNanos, stalledUntilNanos);
    }

    @Override
    public void step() {
        Chunk head = chunks.remove();
        if (head.bytes.length == 0) {
            cut();
            onEnd.run();
            return;
        }
        byte[] delivered = scheduler.course().cutsBytes() ? cut(head) : frame(head);
        waitingBytes -= delivered.length;
        scheduler.trace().bytes(delivered);
        sink.accept(delivered);
    }

    /** Mostly all of it, sometimes with what came after it, sometimes down to a single byte. */
    private byte[] cut(Chunk head) {
        RandomGenerator random = scheduler.random();
        byte[] bytes = head.bytes;
        int choice = random.nextInt(8);
        if (choice == 0 && bytes.length > 1) {
            int length = random.nextInt(4) == 0 ? 1 : random.nextInt(1, bytes.length);
            chunks.addFirst(new Chunk(Arrays.copyOfRange(bytes, length, bytes.length), head.readyAtNanos));
            return Arrays.copyOf(bytes, length);
        }
        while (choice > 4 && isNextReady()) {
            bytes = join(bytes, chunks.remove().bytes);
        }
        return bytes;
    }

    /** One message, however it was written. */
    private byte[] frame(Chunk head) {
        byte[] bytes = head.bytes;
        while (bytes.length < frameLength(bytes) && isNextReady()) {
            bytes = join(bytes, chunks.remove().bytes);
        }
        int length = Math.min(bytes.length, frameLength(bytes));
        if (length < bytes.length) {
            chunks.addFirst(new Chunk(Arrays.copyOfRange(bytes, length, bytes.length), head.readyAtNanos));
        }
        return Arrays.copyOf(bytes, length);
    }

    private static int frameLength(byte[] bytes) {
        return Integer.BYTES + (bytes.length < Integer.BYTES ? 0 : FrameCutter.intAt(bytes, 0));
    }

    private static byte[] join(byte[] bytes, byte[] next) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + next.length);
        System.arraycopy(next, 0, joined, bytes.length, next.length);
        return joined;
    }

    private boolean isNextReady() {
        Chunk next = chunks.peek();
        return next != null && next.bytes.length > 0 && next.readyAtNanos <= scheduler.nanoTime();
    }
}
