package dev.ottla.testkit.internal.group;

import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import dev.ottla.internal.protocol.message.SyncGroupResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One member of a classic group: what it offers, what it was assigned, and what it waits for. Owned by the cluster's loop. */
@EventLoopConfined
final class ClassicMember {
    private static final byte[] NOTHING = {};

    private final String id;
    private final @Nullable String instanceId;
    private final Client client;
    private final Map<String, byte[]> protocols = new LinkedHashMap<>();
    private int sessionTimeoutMs;
    private int rebalanceTimeoutMs;
    private byte[] assignment = NOTHING;
    private @Nullable Consumer<JoinGroupResponse> join;
    private @Nullable Consumer<SyncGroupResponse> sync;
    private @Nullable Timer session;

    ClassicMember(String id, @Nullable String instanceId, Client client) {
        this.id = id;
        this.instanceId = instanceId;
        this.client = client;
    }

    String id() {
        return id;
    }

    @Nullable
    String instanceId() {
        return instanceId;
    }

    Client client() {
        return client;
    }

    int sessionTimeoutMs() {
        return sessionTimeoutMs;
    }

    int rebalanceTimeoutMs() {
        return rebalanceTimeoutMs;
    }

    /** The member's protocols in the order of its preference, with its metadata for each. */
    Map<String, byte[]> protocols() {
        return protocols;
    }

    /** Takes over what a JoinGroup request says. */
    void update(JoinGroupRequest request) {
        sessionTimeoutMs = request.sessionTimeoutMs();
        // Version 0 has no rebalance timeout of its own.
        rebalanceTimeoutMs =
                request.rebalanceTimeoutMs() < 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        protocols.clear();
        request.protocols().forEach(each -> protocols.put(each.name(), ByteBufUtil.getBytes(each.metadata())));
    }

    /** Whether the request offers exactly what the member has offered. */
    boolean hasSameProtocols(JoinGroupRequest request) {
        return request.protocols().size() == protocols.size()
                && request.protocols().stream()
                        .allMatch(each -> Arrays.equals(
                                ByteBufUtil.getBytes(each.metadata()), protocols.getOrDefault(each.name(), null)));
    }

    ByteBuf metadata(String protocol) {
        return Unpooled.wrappedBuffer(protocols.getOrDefault(protocol, NOTHING));
    }

    ByteBuf assignment() {
        return Unpooled.wrappedBuffer(assignment);
    }

    void assign(@Nullable ByteBuf bytes) {
        assignment = bytes == null ? NOTHING : ByteBufUtil.getBytes(bytes);
    }

    boolean isAwaitingJoin() {
        return join != null;
    }

    boolean isAwaitingSync() {
        return sync != null;
    }

    /** Remembers whom to tell of the next generation; a resent request takes the place of the first. */
    void awaitJoin(Consumer<JoinGroupResponse> answer) {
        join = answer;
    }

    void awaitSync(Consumer<SyncGroupResponse> answer) {
        sync = answer;
    }

    void answerJoin(JoinGroupResponse response) {
        Consumer<JoinGroupResponse> answer = join;
        join = null;
        if (answer != null) {
            answer.accept(response);
        }
    }

    void answerSync(SyncGroupResponse response) {
        Consumer<SyncGroupResponse> answer = sync;
        sync = null;
        if (answer != null) {
            answer.accept(response);
        }
    }

    /** Replaces the timer that ends the membership. */
    void session(@Nullable Timer timer) {
        if (session != null) {
            session.cancel();
        }
        session = timer;
    }
}
