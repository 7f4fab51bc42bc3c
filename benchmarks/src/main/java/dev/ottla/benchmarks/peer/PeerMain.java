package dev.ottla.benchmarks.peer;

import com.sun.management.ThreadMXBean;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A peer as a process: {@code ottla} or {@code kafka-clients}, then the workload. Prints {@code ready}; does a round for each
 * line {@code run <records>} on its input and prints what came of it; closes its client at {@code exit}, prints {@code closed}
 * and ends with its input. The driver for librdkafka does the same.
 */
public final class PeerMain {
    private PeerMain() {}

    /** Runs until the input ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Workload workload = Workload.parse(List.of(args).subList(1, args.length));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Peer peer = peer(args[0], workload)) {
            out.println("ready");
            long allocated = allocatedBytes();
            for (String line = in.readLine(); line != null && !line.equals("exit"); line = in.readLine()) {
                Round round = peer.run(Long.parseLong(line.substring("run ".length())));
                long now = allocatedBytes();
                out.println(round.line(now - allocated));
                allocated = now;
            }
        }
        out.println("closed");
        while (in.readLine() != null) {
            // The comparison looks at this process once more before it lets it go.
        }
        System.exit(0);
    }

    private static Peer peer(String name, Workload workload) {
        boolean isOttla = switch (name) {
            case "ottla" -> true;
            case "kafka-clients" -> false;
            default -> throw new IllegalArgumentException("unknown peer: " + name);
        };
        if (workload.mode() == Mode.CONSUME) {
            return new ConsumePeer(
                    workload,
                    partitions -> isOttla
                            ? new OttlaReceiver(workload, partitions)
                            : new OfficialReceiver(workload, partitions));
        }
        Acks acks = new Acks();
        Sender sender = isOttla ? new OttlaSender(workload, acks) : new OfficialSender(workload, acks);
        return switch (workload.mode()) {
            case RATE -> new RatePeer(workload, sender);
            case SYNC -> new SyncPeer(workload, sender);
            default -> new ProducePeer(workload, sender, acks);
        };
    }

    /** What the threads that live now have allocated in all. */
    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
