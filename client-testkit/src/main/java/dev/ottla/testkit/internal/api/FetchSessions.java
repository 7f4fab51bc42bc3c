package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.FetchRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The fetch sessions of one broker, a bounded number of them. Owned by the cluster's loop. */
@EventLoopConfined
public final class FetchSessions {
    private static final int INITIAL_EPOCH = 0;
    private static final int FINAL_EPOCH = -1;
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 13;

    /** {@code min.incremental.fetch.session.eviction.ms}. */
    private static final long EVICTABLE_AFTER_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final Map<Integer, FetchSession> byId = new LinkedHashMap<>();
    private final EventLoop loop;
    private final int slots;
    private int lastId;

    FetchSessions(EventLoop loop, int slots) {
        this.loop = loop;
        this.slots = slots;
    }

    /** What a request reads. */
    sealed interface Scope {
        /** The session does not exist, or the client has lost count. */
        record Refused(ErrorCode error) implements Scope {}

        /** The partitions that the request names; the answer is about all of them. */
        record Full(List<FetchWish> wishes, @Nullable FetchSession session) implements Scope {}

        /** The partitions of the session; the answer is about those with news. */
        record Incremental(FetchSession session) implements Scope {}
    }

    /** Begins, continues or ends a session, as the request says. */
    Scope scope(FetchRequest request, short version) {
        boolean usesTopicIds = version >= FIRST_VERSION_WITH_TOPIC_IDS;
        if (request.sessionEpoch() == INITIAL_EPOCH || request.sessionEpoch() == FINAL_EPOCH) {
            byId.remove(request.sessionId());
            List<FetchWish> wishes = FetchSession.wishes(request);
            boolean wantsSession = request.sessionEpoch() == INITIAL_EPOCH && version >= 7 && !wishes.isEmpty();
            return new Scope.Full(wishes, wantsSession ? tryBegin(request, usesTopicIds) : null);
        }
        FetchSession session = byId.get(request.sessionId());
        if (session == null) {
            return new Scope.Refused(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
        }
        if (session.usesTopicIds() != usesTopicIds) {
            return new Scope.Refused(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
        }
        if (session.nextEpoch() != request.sessionEpoch()) {
            return new Scope.Refused(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
        }
        session.update(request);
        if (session.isEmpty()) {
            byId.remove(session.id());
            return new Scope.Full(List.of(), null);
        }
        session.onRequest(loop.nanoTime());
        return new Scope.Incremental(session);
    }

    private @Nullable FetchSession tryBegin(FetchRequest request, boolean usesTopicIds) {
        if (byId.size() >= slots && !evictOldest()) {
            return null;
        }
        FetchSession session = new FetchSession(++lastId, usesTopicIds);
        session.begin(loop.nanoTime(), request);
        byId.put(session.id(), session);
        return session;
    }

    private boolean evictOldest() {
        for (FetchSession each : List.copyOf(byId.values())) {
            if (loop.nanoTime() - each.usedAtNanos() >= EVICTABLE_AFTER_NANOS) {
                byId.remove(each.id());
                return true;
            }
        }
        return false;
    }

    /** Drops all sessions, as a broker does that needs their slots or that was restarted. */
    public void evictAll() {
        byId.clear();
    }

    /** The ids of the sessions, for tests. */
    public List<Integer> ids() {
        return new ArrayList<>(byId.keySet());
    }
}
