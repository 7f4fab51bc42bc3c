package dev.ottla.consumer;

import dev.ottla.config.AutoOffsetReset;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What an application's {@link StartAt} means inside. */
final class StartingPoints {
    private StartingPoints() {}

    static StartingPoint of(@Nullable StartAt startAt, AutoOffsetReset otherwise) {
        if (startAt instanceof StartAt.Earliest) {
            return StartingPoint.earliest();
        } else if (startAt instanceof StartAt.Latest) {
            return StartingPoint.latest();
        } else if (startAt instanceof StartAt.Offset at) {
            return new StartingPoint.AtOffset(at.offset());
        } else if (startAt instanceof StartAt.Timestamp at) {
            return new StartingPoint.AtTimestamp(at.timestamp().toEpochMilli());
        } else if (startAt instanceof StartAt.Ago ago) {
            return new StartingPoint.BackFromNow(TimeUnit.MILLISECONDS.convert(ago.age()));
        }
        return StartingPoint.of(otherwise);
    }
}
