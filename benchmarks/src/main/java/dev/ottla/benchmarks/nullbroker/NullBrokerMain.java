package dev.ottla.benchmarks.nullbroker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A null broker as a process. Prints {@code ready bootstrap=…}; then answers each line {@code tally} on its input with what it
 * has counted since the last one, and lets records appear in a paced topic at {@code grow <topic> <records> <per second>}. Ends
 * with its input, so that it never outlives whoever started it.
 */
@Command(
        name = "null-broker",
        mixinStandardHelpOptions = true,
        description = "A Kafka broker that keeps nothing, to see what a client alone costs.")
public final class NullBrokerMain implements Callable<Integer> {
    @Option(names = "--brokers", defaultValue = "1", description = "How many brokers (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(names = "--threads", defaultValue = "1", description = "How many event loops (default: ${DEFAULT-VALUE}).")
    private int threads;

    /** Runs until the input ends. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new NullBrokerMain()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (NullBroker broker = new NullBroker(brokers, threads, cause -> System.err.println("error " + cause))) {
            out.println("ready bootstrap=" + broker.bootstrapServers());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answer(broker, out, line.split(" ", -1));
            }
        }
        return 0;
    }

    private static void answer(NullBroker broker, PrintStream out, String[] words) {
        switch (words[0]) {
            case "tally" -> out.println(broker.tally().takeLine());
            case "grow" -> {
                broker.grow(words[1], Long.parseLong(words[2]), Integer.parseInt(words[3]));
                out.println("growing");
            }
            default -> throw new IllegalArgumentException("not understood: " + String.join(" ", words));
        }
    }
}
