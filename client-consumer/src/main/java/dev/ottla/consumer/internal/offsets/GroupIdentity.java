package dev.ottla.consumer.internal.offsets;

import dev.ottla.internal.concurrent.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * As whom offsets are committed: a member in one generation of its group, or {@link #outsider} of the group.
 *
 * @param groupInstanceId for static membership (KIP-345), or null
 */
@Immutable
public record GroupIdentity(
        String groupId,
        String memberId,
        int generationId,
        @Nullable String groupInstanceId) {
    private static final int NO_GENERATION = -1;

    /** A consumer that commits for the group without being its member; works while the group has no members. */
    public static GroupIdentity outsider(String groupId) {
        return new GroupIdentity(groupId, "", NO_GENERATION, null);
    }
}
