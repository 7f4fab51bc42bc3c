package dev.ottla.producer.internal;

import dev.ottla.internal.concurrent.Immutable;

/** Who a producer is to the brokers, as {@link ProducerIds} was told: its id, and the epoch that it begins with. */
@Immutable
record ProducerIdentity(long producerId, short epoch) {}
