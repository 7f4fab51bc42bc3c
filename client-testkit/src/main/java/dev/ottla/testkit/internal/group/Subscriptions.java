package dev.ottla.testkit.internal.group;

import dev.ottla.errors.MalformedMessageException;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ConsumerProtocolSubscription;
import io.netty.buffer.ByteBuf;

/** Looks into the metadata of members that are consumers, which a coordinator does only to protect what they read. */
@Immutable
final class Subscriptions {
    private static final short HIGHEST_VERSION = 3;

    private Subscriptions() {}

    /** Whether the member says that it is subscribed to the topic, or says nothing that can be read. */
    static boolean contains(ClassicMember member, String protocol, String topic) {
        ByteBuf metadata = member.metadata(protocol);
        if (metadata.readableBytes() < Short.BYTES) {
            return true;
        }
        short version = metadata.readShort();
        try {
            return ConsumerProtocolSubscription.read(metadata, (short) Math.min(version, HIGHEST_VERSION))
                    .topics()
                    .contains(topic);
        } catch (MalformedMessageException foreign) {
            return true;
        }
    }
}
