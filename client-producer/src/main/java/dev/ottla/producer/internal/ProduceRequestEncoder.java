package dev.ottla.producer.internal;

import dev.ottla.config.Acks;
import dev.ottla.internal.cluster.TopicMetadata;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.FrameBuilder;
import dev.ottla.internal.protocol.RequestBody;
import dev.ottla.internal.protocol.Varints;
import dev.ottla.internal.protocol.Wire;
import dev.ottla.internal.protocol.message.ApiKey;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;

/**
 * A produce request that sends its batches from where they lie, unless they are small. Step 6 of sending: made by {@link BrokerSender}, written by
 * the connection on the same loop. The schema is ProduceRequest.json; the generated class writes the same bytes, with a copy.
 */
@Immutable
final class ProduceRequestEncoder implements RequestBody {
    private static final short FIRST_FLEXIBLE_VERSION = 9;
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 13;

    /** KIP-110: brokers reject zstd in earlier versions. */
    private static final short FIRST_VERSION_WITH_ZSTD = 7;

    /** Up to here a copy costs less than a buffer of its own, which is two more writes and two more vectors for the kernel. */
    private static final int COPIED_BYTES_MAX = 2048;

    /** The batches of one topic, at most one per partition. */
    record Topic(String name, UUID topicId, List<Attempt> attempts) {}

    private final Acks acks;
    private final boolean mayHaveZstd;
    private final int timeoutMs;
    private final ProducerIdentity identity;
    private final List<Topic> topics;
    private final boolean everyTopicHasId;

    /** With acks as all of the topics have them. */
    ProduceRequestEncoder(SendingOptions options, Acks acks, ProducerIdentity identity, List<Topic> topics) {
        this.acks = acks;
        this.mayHaveZstd = options.mayUseZstd();
        this.timeoutMs =
                (int) Math.min(Integer.MAX_VALUE, options.requestTimeout().toMillis());
        this.identity = identity;
        this.topics = List.copyOf(topics);
        this.everyTopicHasId = everyTopicHasId(topics);
    }

    private static boolean everyTopicHasId(List<Topic> topics) {
        for (Topic topic : topics) {
            if (topic.topicId().equals(TopicMetadata.NO_ID)) {
                return false;
            }
        }
        return true;
    }

    List<Topic> topics() {
        return topics;
    }

    @Override
    public ApiKey apiKey() {
        return ApiKey.PRODUCE;
    }

    @Override
    public short highestVersion() {
        int highest = everyTopicHasId ? apiKey().highestVersion() : FIRST_VERSION_WITH_TOPIC_IDS - 1;
        return (short) Math.min(highest, identity.protocol().highestProduceVersion());
    }

    @Override
    public short lowestVersion() {
        short lowest = mayHaveZstd ? FIRST_VERSION_WITH_ZSTD : apiKey().lowestVersion();
        return (short) Math.max(lowest, identity.protocol().lowestProduceVersion());
    }

    @Override
    public boolean expectsResponse() {
        return acks != Acks.NONE;
    }

    /** A broker that throttles holds requests back: by the time that this one is written its batches may have ended. */
    private void refuseWhatIsOver() {
        for (Topic topic : topics) {
            for (Attempt attempt : topic.attempts()) {
                if (attempt.isOver()) {
                    throw ProducerFailures.overBeforeItWasSent(attempt.batch().topicPartition());
                }
            }
        }
    }

    @Override
    public void write(FrameBuilder frame, short version) {
        refuseWhatIsOver();
        boolean flexible = version >= FIRST_FLEXIBLE_VERSION;
        ByteBuf fields = frame.fields();
        Wire.writeNullableString(fields, identity.transactionalId(), flexible, "ProduceRequest.transactionalId");
        fields.writeShort(acks.code());
        fields.writeInt(timeoutMs);
        Wire.writeCount(fields, topics.size(), flexible);
        for (Topic topic : topics) {
            writeTopic(frame, topic, version);
        }
        writeNoTags(fields, flexible);
    }

    private static void writeTopic(FrameBuilder frame, Topic topic, short version) {
        boolean flexible = version >= FIRST_FLEXIBLE_VERSION;
        ByteBuf fields = frame.fields();
        if (version >= FIRST_VERSION_WITH_TOPIC_IDS) {
            Wire.writeUuid(fields, topic.topicId());
        } else {
            Wire.writeString(fields, topic.name(), flexible, "ProduceRequest.TopicProduceData.name");
        }
        Wire.writeCount(fields, topic.attempts().size(), flexible);
        for (Attempt attempt : topic.attempts()) {
            ProducerBatch batch = attempt.batch();
            fields.writeInt(batch.topicPartition().partition());
            Wire.writeCount(fields, batch.sizeBytes(), flexible);
            if (batch.sizeBytes() <= COPIED_BYTES_MAX) {
                batch.sealed().writeTo(fields);
            } else {
                frame.append(batch.sealed().retainedBuffer());
            }
            writeNoTags(fields, flexible);
        }
        writeNoTags(fields, flexible);
    }

    private static void writeNoTags(ByteBuf fields, boolean flexible) {
        if (flexible) {
            Varints.writeUnsigned(fields, 0);
        }
    }
}
