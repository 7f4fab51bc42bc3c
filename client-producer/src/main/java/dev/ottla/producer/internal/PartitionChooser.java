package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.ThreadSafe;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the partition of a record that names none. Step 3 of sending: the user's partitioner for one topic, as the inside of
 * the producer sees it. Called by the sending thread under no lock, or by the home loop for a record that had to wait.
 */
@ThreadSafe
public interface PartitionChooser {

    /**
     * The partition, or {@link EncodedRecord#ANY_PARTITION} to leave it to the producer.
     *
     * @param source the user's record
     * @param key the serialized key, or null
     * @param valueBytes the length of the serialized value; 0 if it is null
     */
    int choose(Object source, @Nullable ByteBuffer key, int valueBytes, Partitions partitions);

    /**
     * The same for a record whose key is these bytes, where nothing else decides and it does not matter how often that is asked.
     * Only for choosers that have been told so; see {@link TopicQueues#tryAppend}.
     */
    int choose(byte @Nullable [] key, Partitions partitions);
}
