package dev.ottla.samples.demo;

import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far the demo is: a bar on a terminal, a line a second elsewhere. Thread-safe. */
sealed interface Progress extends AutoCloseable {

    /** A bar for a terminal, lines for anything else. */
    static Progress ofRecords(long expected, boolean onTerminal) {
        return onTerminal ? new Bar(expected) : new Lines(expected);
    }

    /** Something happened that is worth a line. */
    void say(String event);

    /** So many records have been sent and received. */
    void show(long sent, long received, Duration elapsed);

    @Override
    void close();

    /** A line for each event, and for each second. */
    final class Lines implements Progress {
        private final long expected;

        private Lines(long expected) {
            this.expected = expected;
        }

        @Override
        public void say(String event) {
            System.out.println("  " + event);
        }

        @Override
        public void show(long sent, long received, Duration elapsed) {
            System.out.printf(
                    "%3d s  sent %,9d  received %,9d  of %,d%n", elapsed.toSeconds(), sent, received, expected);
        }

        @Override
        public void close() {}
    }

    /** A bar that fills with what was received; events scroll above it. */
    final class Bar implements Progress {
        private final ProgressBar bar;

        private Bar(long expected) {
            this.bar = new ProgressBarBuilder()
                    .setTaskName("received")
                    .setInitialMax(expected)
                    .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                    .build();
        }

        @Override
        public void say(String event) {
            System.out.print("\r\u001b[K  " + event + System.lineSeparator());
        }

        @Override
        public void show(long sent, long received, Duration elapsed) {
            bar.stepTo(received);
            bar.setExtraMessage("sent " + sent);
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
