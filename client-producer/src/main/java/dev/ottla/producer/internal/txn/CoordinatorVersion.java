package dev.ottla.producer.internal.txn;

import dev.ottla.internal.cluster.Broker;
import dev.ottla.internal.cluster.Cluster;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.net.NegotiatedVersions;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.producer.internal.TransactionProtocol;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which transaction protocol the cluster has agreed on. The versions of the requests alone do not say it: a broker knows them
 * before the whole cluster does, which the finalized feature {@code transaction.version} tells (KIP-890, KIP-1022).
 */
@Immutable
final class CoordinatorVersion {
    private static final String FEATURE = "transaction.version";
    private static final short FIRST_LEVEL_OF_V2 = 2;
    private static final short FIRST_END_TXN_OF_V2 = 5;
    private static final short FIRST_PRODUCE_OF_V2 = 12;

    private CoordinatorVersion() {}

    /** Completes on the home loop, with null if there is no connection to the coordinator at the moment. Never fails. */
    static CompletableFuture<@Nullable TransactionProtocol> of(Cluster cluster, String transactionalId) {
        CompletableFuture<@Nullable TransactionProtocol> protocol = new CompletableFuture<>();
        cluster.coordinator(new CoordinatorKey(CoordinatorKey.Type.TRANSACTION, transactionalId))
                .whenComplete((node, failure) -> {
                    if (failure != null) {
                        protocol.complete(null);
                        return;
                    }
                    Broker broker = cluster.broker(node.id());
                    broker.loop().execute(() -> {
                        TransactionProtocol known = protocol(broker.versions());
                        cluster.homeLoop().execute(() -> protocol.complete(known));
                    });
                });
        return protocol;
    }

    private static @Nullable TransactionProtocol protocol(@Nullable NegotiatedVersions versions) {
        if (versions == null) {
            return null;
        }
        boolean isV2 = versions.finalizedFeature(FEATURE) >= FIRST_LEVEL_OF_V2
                && versions.highestVersion(ApiKey.END_TXN) >= FIRST_END_TXN_OF_V2
                && versions.highestVersion(ApiKey.PRODUCE) >= FIRST_PRODUCE_OF_V2;
        return isV2 ? TransactionProtocol.V2 : TransactionProtocol.V1;
    }
}
