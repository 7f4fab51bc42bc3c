package dev.ottla.admin;

import dev.ottla.common.Uuid;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.Wire;
import java.util.Optional;
import java.util.UUID;

/** Topic ids as messages have them: all bits zero where there is none. */
@Immutable
final class TopicIds {
    private TopicIds() {}

    static Optional<Uuid> optional(UUID topicId) {
        return topicId.equals(Wire.ZERO_UUID) ? Optional.empty() : Optional.of(Uuid.of(topicId));
    }
}
