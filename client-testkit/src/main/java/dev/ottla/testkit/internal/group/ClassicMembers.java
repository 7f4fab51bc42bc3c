package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoop.Timer;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a classic group: by id, by instance id (KIP-345), those that have an id but have not joined with it yet
 * (KIP-394), and the leader. Part of a {@link ClassicGroup}.
 */
@EventLoopConfined
final class ClassicMembers {
    private final Map<String, ClassicMember> byId = new LinkedHashMap<>();
    private final Map<String, String> idByInstance = new HashMap<>();
    private final Map<String, Timer> pending = new HashMap<>();
    private @Nullable String leader;

    Collection<ClassicMember> all() {
        return byId.values();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    @Nullable
    ClassicMember find(String id) {
        return byId.get(id);
    }

    /** The member with this instance id; null if there is none. */
    @Nullable
    ClassicMember findStatic(@Nullable String instanceId) {
        String id = instanceId == null ? null : idByInstance.get(instanceId);
        return id == null ? null : byId.get(id);
    }

    /** The leader's id; empty if there is none. */
    String leader() {
        return leader == null ? "" : leader;
    }

    boolean isLeader(String id) {
        return id.equals(leader);
    }

    /** Whether the request may speak for the member that it names; a member with an instance id is known by both. */
    ErrorCode check(String id, @Nullable String instanceId) {
        if (instanceId != null) {
            String current = idByInstance.get(instanceId);
            if (current == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
            return current.equals(id) ? ErrorCode.NONE : ErrorCode.FENCED_INSTANCE_ID;
        }
        return byId.containsKey(id) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
    }

    void add(ClassicMember member) {
        byId.put(member.id(), member);
        String instanceId = member.instanceId();
        if (instanceId != null) {
            idByInstance.put(instanceId, member.id());
        }
        if (leader == null) {
            leader = member.id();
        }
    }

    void remove(ClassicMember member) {
        member.session(null);
        byId.remove(member.id());
        String instanceId = member.instanceId();
        if (instanceId != null) {
            idByInstance.remove(instanceId, member.id());
        }
        if (member.id().equals(leader)) {
            leader = byId.isEmpty() ? null : byId.keySet().iterator().next();
        }
    }

    /** Puts the new incarnation of a static member in the place of the old one, as leader too if that led. */
    void replace(ClassicMember old, ClassicMember replacement) {
        boolean led = isLeader(old.id());
        remove(old);
        add(replacement);
        if (led) {
            leader = replacement.id();
        }
    }

    /** Gives an id to a client that must come back with it in time. */
    void addPending(String id, Timer expiry) {
        pending.put(id, expiry);
    }

    boolean isPending(String id) {
        return pending.containsKey(id);
    }

    void removePending(String id) {
        Timer expiry = pending.remove(id);
        if (expiry != null) {
            expiry.cancel();
        }
    }

    boolean haveAllJoined() {
        return pending.isEmpty() && byId.values().stream().allMatch(ClassicMember::isAwaitingJoin);
    }

    /** Makes sure that the leader has joined; returns whether anybody has. */
    boolean electJoinedLeader() {
        ClassicMember current = leader == null ? null : byId.get(leader);
        if (current != null && current.isAwaitingJoin()) {
            return true;
        }
        for (ClassicMember each : byId.values()) {
            if (each.isAwaitingJoin()) {
                leader = each.id();
                return true;
            }
        }
        return false;
    }

    /** Dynamic members that have not joined again; static ones may stay away until their session ends. */
    List<ClassicMember> notRejoined() {
        List<ClassicMember> absent = new ArrayList<>();
        for (ClassicMember each : byId.values()) {
            if (!each.isAwaitingJoin() && each.instanceId() == null) {
                absent.add(each);
            }
        }
        return absent;
    }

    int rebalanceTimeoutMsMax() {
        return byId.values().stream()
                .mapToInt(ClassicMember::rebalanceTimeoutMs)
                .max()
                .orElse(0);
    }

    /** Whether all members share one of the request's protocols. */
    boolean share(JoinGroupRequest request) {
        return byId.isEmpty()
                || request.protocols().stream()
                        .map(JoinGroupRequestProtocol::name)
                        .anyMatch(name -> byId.values().stream()
                                .allMatch(member -> member.protocols().containsKey(name)));
    }

    /** The protocol that most members prefer among those that all have. */
    String selectProtocol() {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (ClassicMember each : byId.values()) {
            Set<String> names = each.protocols().keySet();
            names.stream()
                    .filter(name -> byId.values().stream()
                            .allMatch(member -> member.protocols().containsKey(name)))
                    .findFirst()
                    .ifPresent(name -> votes.merge(name, 1, Integer::sum));
        }
        return votes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }
}
