package dev.ottla.producer;

/** Looks into a producer for what its users need not see. */
public final class ProducerMemory {
    private ProducerMemory() {}

    /** How much of {@code buffer.memory} is in use, in bytes. */
    public static long usedBytes(Producer<?, ?> producer) {
        return ((RecordProducer<?, ?>) producer).usedBytes();
    }
}
