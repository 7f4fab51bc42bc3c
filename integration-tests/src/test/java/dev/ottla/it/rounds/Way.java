package dev.ottla.it.rounds;

import java.util.HashMap;
import java.util.Map;

/** How the members of a group agree on who reads what. */
enum Way {
    RANGE("org.apache.kafka.clients.consumer.RangeAssignor"),
    STICKY("org.apache.kafka.clients.consumer.StickyAssignor"),
    COOPERATIVE_STICKY("org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
    CONSUMER("");

    private final String assignor;

    Way(String assignor) {
        this.assignor = assignor;
    }

    /** What members of either kind are configured with. */
    Map<String, String> config(String group, Pace pace) {
        Map<String, String> config = new HashMap<>();
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        config.put("max.poll.records", "7");
        config.put("max.poll.interval.ms", Long.toString(pace.pollInterval().toMillis()));
        config.put("default.api.timeout.ms", "5000");
        config.put("request.timeout.ms", "5000");
        if (assignor.isEmpty()) {
            config.put("group.protocol", "consumer");
        } else {
            config.put("partition.assignment.strategy", assignor);
            config.put("session.timeout.ms", Long.toString(pace.session().toMillis()));
            config.put("heartbeat.interval.ms", "50");
        }
        return config;
    }
}
