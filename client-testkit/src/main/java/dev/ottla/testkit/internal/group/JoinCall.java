package dev.ottla.testkit.internal.group;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.JoinGroupRequest;
import dev.ottla.internal.protocol.message.JoinGroupResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A JoinGroup request that a group works on.
 *
 * @param clientId as the client calls itself
 * @param clientHost the client's address
 * @param answer takes the answer, once
 */
@EventLoopConfined
public record JoinCall(
        JoinGroupRequest request,
        short version,
        String clientId,
        String clientHost,
        Consumer<JoinGroupResponse> answer) {
    /** KIP-394: from here on a new member gets an id first and joins with it then. */
    private static final short FIRST_VERSION_WITH_MEMBER_ID_REQUIRED = 4;

    private static final short FIRST_VERSION_WITH_PROTOCOL_TYPE = 7;

    /** KIP-814: from here on a static leader that comes back is told to leave the assignment as it is. */
    private static final short FIRST_VERSION_WITH_SKIP_ASSIGNMENT = 9;

    boolean requiresKnownMemberId() {
        return version >= FIRST_VERSION_WITH_MEMBER_ID_REQUIRED && request.groupInstanceId() == null;
    }

    boolean supportsSkippingAssignment() {
        return version >= FIRST_VERSION_WITH_SKIP_ASSIGNMENT;
    }

    /** Refuses the request. */
    public void refuse(ErrorCode error) {
        refuse(error, request.memberId());
    }

    void refuse(ErrorCode error, String memberId) {
        answer.accept(refusal(error, memberId, version));
    }

    static JoinGroupResponse refusal(ErrorCode error, String memberId, short version) {
        @Nullable String noName = version >= FIRST_VERSION_WITH_PROTOCOL_TYPE ? null : "";
        return JoinGroupResponse.builder()
                .errorCode(error.code())
                .protocolName(noName)
                .memberId(memberId)
                .build();
    }
}
