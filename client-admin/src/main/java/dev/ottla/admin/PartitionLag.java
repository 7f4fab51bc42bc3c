package dev.ottla.admin;

import dev.ottla.common.OffsetAndMetadata;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a group is behind in one partition. Immutable.
 *
 * @param committed what the group has committed; empty if it has committed nothing there
 * @param endOffset the offset that the next record to be read will have once it is written: the high watermark, or the last
 *     stable offset if asked for with {@link dev.ottla.config.IsolationLevel#READ_COMMITTED}
 * @param member the member that has the partition; empty if none has it now
 */
public record PartitionLag(Optional<OffsetAndMetadata> committed, long endOffset, Optional<MemberDescription> member) {

    /**
     * How many offsets there are from the committed one to the end, at least 0; empty if nothing is committed. Compaction and
     * transactions leave gaps, so it may be more than there are records.
     */
    public OptionalLong lag() {
        return committed.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, endOffset - committed.get().offset()));
    }
}
