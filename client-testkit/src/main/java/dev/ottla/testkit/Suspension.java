package dev.ottla.testkit;

import java.io.IOException;
import java.util.List;

/**
 * One pause of a process: SIGSTOP now, SIGCONT when {@link #end} is called. A shell holds the pause and sends SIGCONT
 * also when its standard input ends, which happens when the launching JVM dies: a stopped broker cannot notice that
 * by itself and would stay for ever. POSIX only.
 */
final class Suspension {
    private static final String STOPPED = "stopped";

    private final Process shell;

    private Suspension(Process shell) {
        this.shell = shell;
    }

    /** Returns when the signal is sent. */
    static Suspension of(long pid) throws IOException {
        // A Ctrl-C reaches the shell as well, but it must live until the launcher has ended.
        String script = "trap '' HUP INT TERM; kill -STOP $0 && echo " + STOPPED + " && cat >/dev/null; kill -CONT $0";
        Process shell = new ProcessBuilder(List.of("/bin/sh", "-c", script, Long.toString(pid)))
                .redirectErrorStream(true)
                .start();
        String answer = shell.inputReader().readLine();
        if (!STOPPED.equals(answer)) {
            throw new IOException("SIGSTOP could not be sent to process " + pid + ": " + answer);
        }
        return new Suspension(shell);
    }

    /** Sends SIGCONT, which does nothing when the process was killed meanwhile, and returns when it is sent. */
    void end() throws IOException, InterruptedException {
        shell.getOutputStream().close();
        shell.waitFor();
    }
}
