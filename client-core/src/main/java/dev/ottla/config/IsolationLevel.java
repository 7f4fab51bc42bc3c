package dev.ottla.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which transactional records a consumer is given ({@code isolation.level}, KIP-98). */
public enum IsolationLevel {

    /** All records, those of open and aborted transactions too. */
    READ_UNCOMMITTED,

    /** Records of committed transactions, and those outside of transactions. */
    READ_COMMITTED;

    static final Map<String, IsolationLevel> BY_NAME = byName();

    /** The number in the protocol: 0 or 1. */
    public byte code() {
        return (byte) (this == READ_COMMITTED ? 1 : 0);
    }

    private static Map<String, IsolationLevel> byName() {
        Map<String, IsolationLevel> names = new LinkedHashMap<>();
        names.put("read_uncommitted", READ_UNCOMMITTED);
        names.put("read_committed", READ_COMMITTED);
        return names;
    }
}
