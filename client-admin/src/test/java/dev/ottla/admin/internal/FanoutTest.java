package dev.ottla.admin.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.ClosedException;
import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.ErrorCode;
import dev.ottla.errors.ErrorDetails;
import dev.ottla.errors.KafkaException;
import dev.ottla.errors.MalformedMessageException;
import dev.ottla.errors.Outcome;
import dev.ottla.errors.RequestTimeoutException;
import dev.ottla.internal.cluster.CoordinatorKey;
import dev.ottla.internal.cluster.RetrySafety;
import dev.ottla.internal.cluster.Route;
import dev.ottla.internal.protocol.RequestMessage;
import dev.ottla.internal.protocol.message.DeleteGroupsRequest;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse;
import dev.ottla.internal.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FanoutTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ScriptedCalls calls = new ScriptedCalls();
    private RetrySafety safety = RetrySafety.REPEATABLE;

    /** DeleteGroups stands for any API with an answer for each item. */
    private final class Request implements KeyedRequest<String, String, DeleteGroupsResponse> {
        @Override
        public RequestMessage<DeleteGroupsResponse> request(List<String> keys, int timeoutMs) {
            return new DeleteGroupsRequest(keys);
        }

        @Override
        public Map<String, Answer<String>> answers(List<String> keys, DeleteGroupsResponse response) {
            Map<String, Answer<String>> answers = new HashMap<>();
            response.results().forEach(result -> {
                if (result.groupId().equals("nonsense")) {
                    throw new IllegalArgumentException("nonsense");
                }
                answers.put(result.groupId(), Answer.of(result.errorCode(), null, () -> "deleted"));
            });
            return answers;
        }

        @Override
        public RetrySafety retrySafety() {
            return safety;
        }
    }

    @BeforeEach
    void nameCoordinators() {
        calls.coordinator("a", 1);
        calls.coordinator("b", 1);
        calls.coordinator("c", 2);
    }

    private CompletableFuture<Answers<String, String>> start(String... keys) {
        CompletableFuture<Answers<String, String>> future = Fanout.start(
                calls,
                new Request(),
                new CoordinatorLocator(calls, CoordinatorKey.Type.GROUP),
                Deadline.after(TIMEOUT, calls.loop()),
                List.of(keys));
        calls.loop.runTasks();
        return future;
    }

    private static DeleteGroupsResponse response(DeletableGroupResult... results) {
        return new DeleteGroupsResponse(0, List.of(results));
    }

    private static DeletableGroupResult result(String key, ErrorCode error) {
        return new DeletableGroupResult(key, error.code());
    }

    private List<String> asked(int index) {
        return calls.sent(index).request(DeleteGroupsRequest.class).groupsNames();
    }

    @Test
    void should_send_one_request_to_each_broker() {
        CompletableFuture<Answers<String, String>> future = start("a", "b", "c");

        calls.sent(1).answer(response(result("c", ErrorCode.NONE)));
        assertThat(future).isNotDone();
        calls.sent(0).answer(response(result("b", ErrorCode.NONE), result("a", ErrorCode.NONE)));

        assertThat(calls.sent).hasSize(2);
        assertThat(asked(0)).containsExactly("a", "b");
        assertThat(calls.sent(0).call().route()).isEqualTo(Route.node(1));
        assertThat(asked(1)).containsExactly("c");
        assertThat(calls.sent(1).call().route()).isEqualTo(Route.node(2));
        assertThat(future.join().values().keySet()).containsExactly("a", "b", "c");
        assertThat(future.join().failures()).isEmpty();
        assertThat(calls.loop.timerCount()).isZero();
    }

    @Test
    void should_complete_at_once_when_there_are_no_items() {
        assertThat(start().join().values()).isEmpty();
        assertThat(calls.sent).isEmpty();
    }

    @Test
    void should_ask_once_for_an_item_that_is_named_twice() {
        CompletableFuture<Answers<String, String>> future = start("a", "a");

        calls.sent(0).answer(response(result("a", ErrorCode.NONE)));

        assertThat(asked(0)).containsExactly("a");
        assertThat(future.join().values()).containsOnlyKeys("a");
    }

    @Test
    void should_keep_one_items_failure_apart_from_the_others() {
        CompletableFuture<Answers<String, String>> future = start("a", "b");

        calls.sent(0).answer(response(result("a", ErrorCode.NON_EMPTY_GROUP), result("b", ErrorCode.NONE)));

        assertThat(future.join().values()).containsOnlyKeys("b");
        KafkaException failure = future.join().failures().get("a");
        assertThat(failure.code()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(failure).hasMessageContaining("\"a\"");
    }

    @Test
    void should_try_again_only_with_items_that_it_can_help_and_where_they_are_then() {
        CompletableFuture<Answers<String, String>> future = start("a", "b");

        calls.sent(0).answer(response(result("a", ErrorCode.NOT_COORDINATOR), result("b", ErrorCode.NONE)));
        calls.coordinator("a", 3);
        assertThat(calls.sent).hasSize(1);
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(1).answer(response(result("a", ErrorCode.NONE)));

        assertThat(asked(1)).containsExactly("a");
        assertThat(calls.sent(1).call().route()).isEqualTo(Route.node(3));
        assertThat(calls.invalidated).containsExactly(new CoordinatorKey(CoordinatorKey.Type.GROUP, "a"));
        assertThat(future.join().values()).containsOnlyKeys("a", "b");
    }

    @Test
    void should_stay_with_a_coordinator_that_is_loading() {
        start("a");

        calls.sent(0).answer(response(result("a", ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)));
        calls.loop.advance(ScriptedCalls.BACKOFF);

        assertThat(calls.sent).hasSize(2);
        assertThat(calls.invalidated).isEmpty();
    }

    @Test
    void should_not_let_a_broker_that_is_silent_delay_the_others_retries() {
        CompletableFuture<Answers<String, String>> future = start("a", "c");

        calls.sent(1).answer(response(result("c", ErrorCode.NOT_COORDINATOR)));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(2).answer(response(result("c", ErrorCode.NONE)));
        calls.sent(0).fail(new RequestTimeoutException("silent", null));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(3).answer(response(result("a", ErrorCode.NONE)));

        assertThat(future.join().values()).containsOnlyKeys("a", "c");
    }

    @Test
    void should_give_up_at_the_deadline_and_name_the_last_failure() {
        CompletableFuture<Answers<String, String>> future = start("a");

        for (int attempt = 0; !future.isDone(); attempt++) {
            calls.sent(attempt).answer(response(result("a", ErrorCode.COORDINATOR_NOT_AVAILABLE)));
            calls.loop.advance(ScriptedCalls.BACKOFF);
        }

        KafkaException failure = future.join().failures().get("a");
        assertThat(calls.sent).hasSize(100);
        assertThat(failure).isInstanceOf(RequestTimeoutException.class).hasMessageContaining("10000 ms");
        assertThat(failure.getCause()).hasMessageContaining("COORDINATOR_NOT_AVAILABLE");
        assertThat(failure.attempts()).isEqualTo(100);
    }

    @Test
    void should_give_each_call_the_time_that_is_left() {
        start("a");

        calls.loop.advance(Duration.ofSeconds(4));
        calls.sent(0).answer(response(result("a", ErrorCode.NOT_COORDINATOR)));
        calls.loop.advance(ScriptedCalls.BACKOFF);

        assertThat(calls.sent(0).call().timeout()).isEqualTo(TIMEOUT);
        assertThat(calls.sent(1).call().timeout()).isEqualTo(Duration.ofMillis(5_900));
        assertThat(calls.sent(1).call().attemptsMax()).isEqualTo(1);
    }

    @Test
    void should_leave_the_outcome_at_the_deadline_to_the_call_that_is_under_way() {
        safety = RetrySafety.ONCE;
        CompletableFuture<Answers<String, String>> future = start("a");

        calls.loop.advance(TIMEOUT);
        assertThat(future).isNotDone();
        calls.sent(0)
                .fail(new RequestTimeoutException(
                        "late", ErrorDetails.builder().outcome(Outcome.UNKNOWN).build(), null));

        assertThat(future.join().failures().get("a").outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void should_not_repeat_a_change_that_may_have_been_made() {
        safety = RetrySafety.ONCE;
        CompletableFuture<Answers<String, String>> future = start("a", "b");

        calls.sent(0)
                .answer(response(result("a", ErrorCode.REQUEST_TIMED_OUT), result("b", ErrorCode.NOT_COORDINATOR)));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(1).answer(response(result("b", ErrorCode.NONE)));

        assertThat(asked(1)).containsExactly("b");
        assertThat(future.join().failures().get("a").outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(future.join().values()).containsOnlyKeys("b");
    }

    @Test
    void should_repeat_a_read_whose_answer_was_lost() {
        start("a");

        calls.sent(0).fail(new ConnectionException("lost", null));
        calls.loop.advance(ScriptedCalls.BACKOFF);

        assertThat(asked(1)).containsExactly("a");
    }

    @Test
    void should_try_again_no_more_often_than_allowed() {
        calls.retriesMax = 1;
        CompletableFuture<Answers<String, String>> future = start("a");

        calls.sent(0).answer(response(result("a", ErrorCode.NOT_COORDINATOR)));
        calls.loop.advance(ScriptedCalls.BACKOFF);
        calls.sent(1).answer(response(result("a", ErrorCode.NOT_COORDINATOR)));

        assertThat(future.join().failures().get("a").attempts()).isEqualTo(2);
    }

    @Test
    void should_fail_an_item_that_the_answer_does_not_mention() {
        safety = RetrySafety.ONCE;
        CompletableFuture<Answers<String, String>> future = start("a", "b");

        calls.sent(0).answer(response(result("b", ErrorCode.NONE), result("stranger", ErrorCode.NONE)));

        KafkaException failure = future.join().failures().get("a");
        assertThat(failure).isInstanceOf(MalformedMessageException.class).hasMessageContaining("\"a\"");
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(future.join().values()).containsOnlyKeys("b");
    }

    @Test
    void should_fail_items_whose_answer_makes_no_sense() {
        CompletableFuture<Answers<String, String>> future = start("a", "b");

        calls.sent(0).answer(response(result("nonsense", ErrorCode.NONE)));

        assertThat(future.join().failures().values())
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure).isInstanceOf(MalformedMessageException.class));
    }

    @Test
    void should_end_at_the_deadline_when_nobody_can_be_found_to_ask() {
        CompletableFuture<Answers<String, String>> future = start("nobody's");

        calls.loop.advance(TIMEOUT);

        assertThat(future.join().failures().get("nobody's")).isInstanceOf(RequestTimeoutException.class);
        assertThat(calls.sent).isEmpty();
    }

    @Test
    void should_say_that_a_change_may_have_been_made_when_the_admin_is_closed_meanwhile() {
        safety = RetrySafety.ONCE;
        CompletableFuture<Answers<String, String>> future = start("a");

        calls.close(new ClosedException("closed", null));

        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOfSatisfying(
                        ClosedException.class,
                        closed -> assertThat(closed.outcome()).isEqualTo(Outcome.UNKNOWN));
    }

    @Test
    void should_stop_when_the_admin_is_closed_during_a_backoff() {
        CompletableFuture<Answers<String, String>> future = start("a");
        calls.sent(0).answer(response(result("a", ErrorCode.NOT_COORDINATOR)));

        calls.close(new ClosedException("closed", null));
        calls.loop.advance(TIMEOUT);

        assertThatThrownBy(future::join)
                .cause()
                .isInstanceOfSatisfying(
                        ClosedException.class,
                        closed -> assertThat(closed.outcome()).isEqualTo(Outcome.REJECTED));
        assertThat(calls.sent).hasSize(1);
    }
}
