package dev.ottla.testkit.internal.api;

import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.concurrent.EventLoopConfined;
import dev.ottla.internal.protocol.message.ListTransactionsRequest;
import dev.ottla.internal.protocol.message.ListTransactionsResponse;
import dev.ottla.testkit.internal.api.Coordinators.Kind;
import dev.ottla.testkit.internal.txn.Transaction;
import dev.ottla.testkit.internal.txn.TransactionState;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** ListTransactions: the transactional ids that this broker is in charge of (KIP-664, KIP-994, KIP-1152). */
@EventLoopConfined
final class ListTransactionsHandler implements ApiHandler<ListTransactionsRequest, ListTransactionsResponse> {
    private final ClusterModel model;

    ListTransactionsHandler(ClusterModel model) {
        this.model = model;
    }

    @Override
    public void handle(ListTransactionsRequest request, Call<ListTransactionsResponse> call) {
        if (call.wantedError() != ErrorCode.NONE) {
            call.reply(refusal(call.wantedError()));
            return;
        }
        try {
            call.reply(list(request, pattern(request.transactionalIdPattern()), call.nodeId()));
        } catch (PatternSyntaxException illegal) {
            call.reply(refusal(ErrorCode.INVALID_REGULAR_EXPRESSION));
        }
    }

    private static @Nullable Pattern pattern(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Pattern.compile(text);
    }

    private ListTransactionsResponse list(ListTransactionsRequest request, @Nullable Pattern pattern, int nodeId) {
        long now = model.clock().currentTimeMillis();
        List<ListTransactionsResponse.TransactionState> found = model.transactions().all().stream()
                .filter(each -> model.coordinators().of(Kind.TRANSACTION, each.id()) == nodeId)
                .filter(each -> matches(each, request, now))
                .filter(each -> pattern == null || pattern.matcher(each.id()).matches())
                .map(each -> new ListTransactionsResponse.TransactionState(
                        each.id(), each.identity().producerId(), each.state().text()))
                .toList();
        List<String> unknownStates = request.stateFilters().stream()
                .filter(name -> Arrays.stream(TransactionState.values())
                        .noneMatch(state -> state.text().equals(name)))
                .toList();
        return new ListTransactionsResponse(0, ErrorCode.NONE.code(), unknownStates, found);
    }

    private static boolean matches(Transaction transaction, ListTransactionsRequest request, long now) {
        boolean hasState = request.stateFilters().isEmpty()
                || request.stateFilters().contains(transaction.state().text());
        boolean hasProducer = request.producerIdFilters().isEmpty();
        for (int i = 0; i < request.producerIdFilters().size(); i++) {
            hasProducer |=
                    request.producerIdFilters().get(i) == transaction.identity().producerId();
        }
        boolean isOldEnough = request.durationFilter() < 0
                || (transaction.state() == TransactionState.ONGOING
                        && now - transaction.startMillis() > request.durationFilter());
        return hasState && hasProducer && isOldEnough;
    }

    private static ListTransactionsResponse refusal(ErrorCode error) {
        return new ListTransactionsResponse(0, error.code(), List.of(), List.of());
    }
}
