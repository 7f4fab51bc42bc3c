package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many replicas must have a batch before the broker confirms it ({@code acks}). */
public enum Acks {

    /** The broker sends no answer: a lost batch goes unnoticed. Written {@code 0}. */
    NONE,

    /** The leader has it. It is lost if the leader fails before a follower has copied it. Written {@code 1}. */
    LEADER,

    /** All in-sync replicas have it, at least {@code min.insync.replicas}. Written {@code all} or {@code -1}. */
    ALL;

    static final Map<String, Acks> BY_NAME = byName();

    /** The number in the protocol: 0, 1 or -1. */
    public short code() {
        return switch (this) {
            case NONE -> 0;
            case LEADER -> 1;
            case ALL -> -1;
        };
    }

    private static Map<String, Acks> byName() {
        Map<String, Acks> names = new LinkedHashMap<>();
        names.put("all", ALL);
        names.put("-1", ALL);
        names.put("1", LEADER);
        names.put("0", NONE);
        return names;
    }
}
