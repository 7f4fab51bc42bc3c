package dev.ottla.benchmarks.peer;

import com.sun.management.ThreadMXBean;
import dev.ottla.benchmarks.workload.Workload;
import dev.ottla.benchmarks.workload.Workload.Mode;
import dev.ottla.errors.KafkaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A peer as a process: {@code ottla} or {@code kafka-clients}, then the workload. Prints {@code ready}, or {@code refused} and why; does a round for each
 * line {@code run <records> [<per second>]} or {@code idle <milliseconds>} on its input and prints what came of it; closes its client at {@code exit}, prints {@code closed}
 * and ends with its input. The driver for librdkafka does the same.
 */
public final class PeerMain {
    private PeerMain() {}

    /** Runs until the input ends. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Workload workload = Workload.parse(List.of(args).subList(1, args.length));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Optional<Peer> made = peerUnlessRefused(args[0], workload, out);
        if (made.isPresent()) {
            try (Peer peer = made.get()) {
                out.println("ready");
                doRounds(peer, workload, in, out);
            }
        }
        out.println("closed");
        while (in.readLine() != null) {
            // The comparison looks at this process once more before it lets it go.
        }
        System.exit(0);
    }

    private static void doRounds(Peer peer, Workload workload, BufferedReader in, PrintStream out)
            throws IOException, InterruptedException {
        Optional<MemorySampler> memory = workload.samplesMemory() ? Optional.of(new MemorySampler()) : Optional.empty();
        long allocated = allocatedBytes();
        for (String line = in.readLine(); line != null && !line.equals("exit"); line = in.readLine()) {
            memory.ifPresent(MemorySampler::forgetPeaks);
            Round round = round(peer, line.split(" ", -1));
            long now = allocatedBytes();
            out.println(round.line(
                    now - allocated, memory.map(MemorySampler::fields).orElse("")));
            allocated = now;
        }
    }

    private static Round round(Peer peer, String[] words) throws InterruptedException {
        long number = Long.parseLong(words[1]);
        if (words[0].equals("idle")) {
            return peer.idle(number);
        }
        return words.length == 2 ? peer.run(number) : peer.run(number, Integer.parseInt(words[2]));
    }

    private static Optional<Peer> peerUnlessRefused(String name, Workload workload, PrintStream out) {
        try {
            return Optional.of(peer(name, workload));
        } catch (KafkaException | org.apache.kafka.common.KafkaException e) {
            out.println("refused " + String.valueOf(e.getMessage()).lines().collect(Collectors.joining(" ")));
            return Optional.empty();
        }
    }

    private static Peer peer(String name, Workload workload) {
        boolean isOttla = switch (name) {
            case "ottla" -> true;
            case "kafka-clients" -> false;
            default -> throw new IllegalArgumentException("unknown peer: " + name);
        };
        ConsumePeer.Factory receivers = partitions -> receiver(isOttla, workload, partitions);
        if (workload.mode() == Mode.CONSUME) {
            return new ConsumePeer(workload, receivers);
        }
        RoundAcks acks = new RoundAcks();
        Sender sender = isOttla ? new OttlaSender(workload, acks::onEnd) : new OfficialSender(workload, acks::onEnd);
        return switch (workload.mode()) {
            case RATE -> new RatePeer(workload, sender);
            case SYNC -> new SyncPeer(workload, sender);
            case END_TO_END ->
                new EndToEndPeer(
                        workload,
                        sender,
                        receivers.receiver(IntStream.range(0, workload.partitions())
                                .boxed()
                                .toList()));
            default -> new ProducePeer(workload, sender, acks);
        };
    }

    private static Receiver receiver(boolean isOttla, Workload workload, List<Integer> partitions) {
        if (!isOttla) {
            return new OfficialReceiver(workload, partitions);
        }
        return workload.readsInPlace()
                ? new OttlaCursorReceiver(workload, partitions)
                : new OttlaReceiver(workload, partitions);
    }

    /** What the threads that live now have allocated in all. */
    private static long allocatedBytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
