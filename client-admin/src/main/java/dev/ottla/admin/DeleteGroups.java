package dev.ottla.admin;

import dev.ottla.admin.internal.Answer;
import dev.ottla.admin.internal.KeyedRequest;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.concurrent.Immutable;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** DeleteGroups, asked of their coordinators: one answer for each group. */
@Immutable
record DeleteGroups() implements KeyedRequest<String, Done, DeleteGroupsResponse> {

    @Override
    public RequestMessage<DeleteGroupsResponse> request(List<String> groupIds, int timeoutMs) {
        return new DeleteGroupsRequest(groupIds);
    }

    @Override
    public Map<String, Answer<Done>> answers(List<String> groupIds, DeleteGroupsResponse response) {
        Map<String, Answer<Done>> answers = new HashMap<>();
        response.results()
                .forEach(group -> answers.put(group.groupId(), Answer.of(group.errorCode(), null, () -> Done.DONE)));
        return answers;
    }

    /** A second one would not find the groups that the first has deleted. */
    @Override
    public RetrySafety retrySafety() {
        return RetrySafety.ONCE;
    }
}
