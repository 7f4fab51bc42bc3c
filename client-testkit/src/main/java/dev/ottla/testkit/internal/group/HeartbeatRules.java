package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.message.ConsumerGroupHeartbeatRequest;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a coordinator checks in a heartbeat of KIP-848 before it looks at the group. */
@Immutable
public final class HeartbeatRules {
    private static final int REJOINS = 0;
    private static final int LEAVES_FOR_A_WHILE = -2;

    /** KIP-1082: from here on members make their ids. */
    private static final short FIRST_VERSION_WITH_MEMBER_ID = 1;

    private HeartbeatRules() {}

    /** The reason to refuse the request; null if it is sound. */
    public static @Nullable MemberRefusal check(ConsumerGroupHeartbeatRequest request, short version) {
        String problem = null;
        if (request.groupId().isEmpty()) {
            problem = "GroupId can't be empty.";
        } else if (isEmpty(request.instanceId())) {
            problem = "InstanceId can't be empty.";
        } else if (isEmpty(request.rackId())) {
            problem = "RackId can't be empty.";
        } else if (request.memberId().isEmpty()
                && (version >= FIRST_VERSION_WITH_MEMBER_ID || request.memberEpoch() != REJOINS)) {
            problem = "MemberId can't be empty.";
        } else if (request.memberEpoch() < LEAVES_FOR_A_WHILE) {
            problem = "MemberEpoch is invalid.";
        } else if (request.memberEpoch() == LEAVES_FOR_A_WHILE && request.instanceId() == null) {
            problem = "InstanceId can't be null.";
        } else if (request.memberEpoch() == REJOINS) {
            problem = ofJoin(request, version);
        }
        return problem == null ? ofNames(request) : new MemberRefusal(ErrorCode.INVALID_REQUEST, problem);
    }

    private static @Nullable String ofJoin(ConsumerGroupHeartbeatRequest request, short version) {
        if (request.rebalanceTimeoutMs() == -1) {
            return "RebalanceTimeoutMs must be provided in first request.";
        }
        var owned = request.topicPartitions();
        if (owned == null || !owned.isEmpty()) {
            return "TopicPartitions must be empty when (re-)joining.";
        }
        List<String> names = request.subscribedTopicNames();
        boolean subscribes = request.subscribedTopicRegex() != null
                || (names != null && (version >= FIRST_VERSION_WITH_MEMBER_ID || !names.isEmpty()));
        if (subscribes) {
            return null;
        }
        return version >= FIRST_VERSION_WITH_MEMBER_ID
                ? "Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining."
                : "SubscribedTopicNames must be set in first request.";
    }

    private static @Nullable MemberRefusal ofNames(ConsumerGroupHeartbeatRequest request) {
        String assignor = request.serverAssignor();
        List<String> known =
                Arrays.stream(ServerAssignor.values()).map(ServerAssignor::text).toList();
        if (assignor != null && !known.contains(assignor)) {
            return new MemberRefusal(
                    ErrorCode.UNSUPPORTED_ASSIGNOR,
                    "ServerAssignor " + assignor + " is not supported. Supported assignors: "
                            + known.stream().collect(Collectors.joining(", ")) + ".");
        }
        return ofRegex(request.subscribedTopicRegex());
    }

    private static @Nullable MemberRefusal ofRegex(@Nullable String regex) {
        if (regex == null) {
            return null;
        }
        try {
            Pattern unused = Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException illegal) {
            return new MemberRefusal(
                    ErrorCode.INVALID_REGULAR_EXPRESSION,
                    "SubscribedTopicRegex `" + regex + "` is not a valid regular expression: "
                            + illegal.getDescription() + ".");
        }
    }

    private static boolean isEmpty(@Nullable String text) {
        return text != null && text.isEmpty();
    }
}
