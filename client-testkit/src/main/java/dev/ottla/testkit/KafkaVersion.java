package dev.ottla.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Kafka release such as {@code 4.3.1}, and what differs between releases when one starts a broker. */
record KafkaVersion(String text, int major, int minor) {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})\\.\\d{1,4}");

    static KafkaVersion parse(String text) {
        Matcher matcher = RELEASE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("version must be a Kafka release such as 4.3.1, but is " + text);
        }
        return new KafkaVersion(text, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** KRaft is complete since 3.3 (KIP-833); older brokers need ZooKeeper. */
    boolean runsWithoutZooKeeper() {
        return major > 3 || (major == 3 && minor >= 3);
    }

    /** What the launcher knows how to start: KRaft, or ZooKeeper as 2.8 needs it. */
    boolean isSupported() {
        return major > 2 || (major == 2 && minor >= 8);
    }

    /** The storage tool knows SCRAM users since 3.5 (KIP-900); ZooKeeper takes them from the configuration tool. */
    boolean createsScramUsers() {
        return !runsWithoutZooKeeper() || major > 3 || minor >= 5;
    }

    /** Kafka moved to log4j 2 with 4.0 (KIP-653). */
    boolean logsThroughLog4j1() {
        return major < 4;
    }

    @Override
    public String toString() {
        return text;
    }
}
