package dev.ottla.it.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ottla.config.GroupProtocol;
import dev.ottla.testkit.history.History;
import dev.ottla.testkit.history.HistoryEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A {@link RecordedMember} in a process of its own, so that it can be killed. */
final class MemberProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final History history;
    private final String group;
    private final String name;
    private final Process process;
    private final Thread listener = new Thread(this::listen, "listens to a member");

    private MemberProcess(History history, String group, String name, Process process) {
        this.history = history;
        this.group = group;
        this.name = name;
        this.process = process;
    }

    /** Lets it join. */
    static MemberProcess start(
            History history, String bootstrapServers, GroupProtocol protocol, String group, String name, String topic)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MemberMain.class.getName(),
                        bootstrapServers,
                        protocol.name(),
                        group,
                        name,
                        topic)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        MemberProcess member = new MemberProcess(history, group, name, process);
        member.listener.start();
        return member;
    }

    /** The member goes on when what it told is recorded: so events of several processes are in their order. */
    private void listen() {
        try (BufferedReader lines = process.inputReader(UTF_8);
                OutputStream recorded = process.getOutputStream()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                history.add(EventLine.parse(line));
                recorded.write('\n');
                recorded.flush();
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Kills it (SIGKILL), and tells that. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(name + " has outlived SIGKILL");
        }
        listener.join(PATIENCE.toMillis());
        history.add(new HistoryEvent.Crashed(group, name));
    }

    /** Has it stand still (SIGSTOP), in the midst of whatever it does. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Has it go on. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IllegalStateException("no " + signal + " for " + name);
        }
    }

    /** Ends it without a word, if it has not ended. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
