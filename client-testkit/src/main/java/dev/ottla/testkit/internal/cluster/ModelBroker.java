package dev.ottla.testkit.internal.cluster;

import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.testkit.internal.api.Apis;
import dev.ottla.testkit.internal.api.ClusterModel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One broker: its id and its connections. What it knows, the whole cluster knows. Owned by the cluster's loop. */
@EventLoopConfined
final class ModelBroker implements BrokerPort {
    private final ClusterModel model;
    private final Apis apis;
    private final int nodeId;
    private final Set<BrokerSession> sessions = new LinkedHashSet<>();

    ModelBroker(ClusterModel model, Apis apis, int nodeId) {
        this.model = model;
        this.apis = apis;
        this.nodeId = nodeId;
    }

    @Override
    public Session open(Outbound outbound, String clientHost) {
        BrokerSession session = new BrokerSession(this, outbound, clientHost);
        sessions.add(session);
        if (!model.brokers().isUp(nodeId)) {
            model.loop().execute(session::disconnect);
        }
        return session;
    }

    int nodeId() {
        return nodeId;
    }

    Apis apis() {
        return apis;
    }

    EventLoop loop() {
        return model.loop();
    }

    void forget(BrokerSession session) {
        sessions.remove(session);
    }

    void disconnectAll() {
        List.copyOf(sessions).forEach(BrokerSession::disconnect);
    }
}
