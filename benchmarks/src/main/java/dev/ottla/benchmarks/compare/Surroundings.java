package dev.ottla.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** What a figure depends on besides the code: machine, versions, settings. Immutable. */
record Surroundings(List<String> lines) {

    static Surroundings of(String librdkafka, List<PeerKind> peers, List<Scenario> scenarios) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("- Date: " + LocalDate.now(ZoneOffset.UTC));
        lines.add("- Machine: " + cpuModel() + ", " + Runtime.getRuntime().availableProcessors() + " CPUs; "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + "; loopback");
        lines.add("- Load before the run: " + MachineSample.load()
                + " (1, 5 and 15 minutes); what the host took away meanwhile" + " is stolen_percent in each row");
        lines.add("- JVM: " + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                + String.join(" ", Runner.JVM_ARGUMENTS));
        lines.add("- Peers: " + peers.stream().map(PeerKind::label).toList() + "; kafka-clients "
                + AppInfoParser.getVersion() + ", librdkafka " + librdkafka);
        if (peers.contains(PeerKind.LIBRDKAFKA)) {
            lines.add("- Driver for librdkafka: " + String.join(" ", Librdkafka.COMPILER));
        }
        lines.add("- Compression levels, where there is compression: each client's default");
        lines.add("");
        lines.add("Settings by scenario, with Kafka's names; librdkafka is given the same under its own names, and more"
                + " room where it counts messages instead of bytes:");
        lines.add("");
        for (Scenario each : scenarios) {
            lines.add("- " + each.id() + ": " + each.method() + " on " + each.cluster() + ", records per part of the"
                    + " warm-up " + each.warmUpRecords() + ", records per round " + each.roundRecords() + ", "
                    + each.shape() + ", " + each.workload().arguments());
            if (peers.contains(PeerKind.LIBRDKAFKA)) {
                Map<String, String> translated =
                        PeerKind.LIBRDKAFKA.translate(each.workload().config(), each.sends(), each.receives());
                lines.add("  - librdkafka: " + translated);
            }
        }
        return new Surroundings(List.copyOf(lines));
    }

    private static String cpuModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse("unknown processor");
    }
}
