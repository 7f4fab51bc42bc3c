package dev.ottla.internal.cluster;

import dev.ottla.internal.concurrent.Immutable;

/** What a coordinator is looked up by (FindCoordinator). */
@Immutable
public record CoordinatorKey(Type type, String key) {

    /** Kinds of coordinator, with their {@code keyType} on the wire. */
    public enum Type {
        /** Of a consumer, share or streams group. */
        GROUP(0),
        /** Of a transactional id. */
        TRANSACTION(1);

        private final byte keyType;

        Type(int keyType) {
            this.keyType = (byte) keyType;
        }

        byte keyType() {
            return keyType;
        }
    }
}
