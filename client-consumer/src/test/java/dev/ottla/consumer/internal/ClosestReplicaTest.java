package dev.ottla.consumer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ottla.config.AutoOffsetReset;
import dev.ottla.config.ClientOptions;
import dev.ottla.consumer.internal.offsets.StartingPoint;
import dev.ottla.errors.ErrorCode;
import dev.ottla.internal.protocol.message.ApiKey;
import dev.ottla.internal.protocol.message.FetchRequest;
import dev.ottla.internal.protocol.message.FetchResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Reading from the replica that the leader names (KIP-392), and when that ends. */
class ClosestReplicaTest extends EngineFixture {
    private static final Duration METADATA_MAX_AGE = Duration.ofMinutes(5);

    ClosestReplicaTest() {
        super(new ScriptedCluster(ClientOptions.builder().clientRack("west")));
    }

    private ConsumerEngine reader() {
        log.append(10).append(10);
        return engine(options().autoOffsetReset(AutoOffsetReset.earliest()), new StartingPoint.AtOffset(0), FIRST);
    }

    private static FetchResponse at(int nodeId) {
        return response(answer(FIRST).preferredReadReplica(nodeId).build());
    }

    private static String rack(ScriptedCluster.Request request) {
        return ((FetchRequest) request.message).rackId();
    }

    /** Reads from node 2, at offset 10, what node 1 leads. */
    private ConsumerEngine atReplica() {
        ConsumerEngine engine = reader();
        fetch().answer(at(2));
        fetch().answer(response(
                answer(FIRST).records(new TestLog().append(10).from(0)).build()));
        assertThat(poll(engine)).isEqualTo(range(0, 10));
        assertThat(fetch().nodeId).isEqualTo(2);
        return engine;
    }

    @Test
    void should_tell_where_it_is_and_go_where_the_leader_sends_it() {
        // given
        ConsumerEngine engine = reader();
        assertThat(rack(fetch())).isEqualTo("west");
        assertThat(fetch().nodeId).isEqualTo(1);

        // when
        fetch().answer(at(2));

        // then
        assertThat(fetch().nodeId).isEqualTo(2);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isZero();
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 20));
        assertThat(fetch().nodeId).isEqualTo(2);
    }

    @Test
    void should_ask_the_leader_itself_when_the_replica_has_no_such_offset() {
        // given
        ConsumerEngine engine = atReplica();

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        kafka.loop.run();

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(rack(fetch())).as("or it would send the reader back").isEmpty();
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        fetch().answer(fromLog(10));
        assertThat(poll(engine)).isEqualTo(range(10, 20));
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).isZero();
    }

    @Test
    void should_reset_only_if_the_leader_has_no_such_offset_either() {
        // given
        ConsumerEngine engine = atReplica();
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        kafka.loop.run();

        // when
        fetch().answer(refusal(ErrorCode.OFFSET_OUT_OF_RANGE));
        poll(engine);

        // then
        assertThat(kafka.sent(ApiKey.LIST_OFFSETS)).isEqualTo(1);
    }

    @Test
    void should_go_back_to_the_leader_when_the_replica_can_not_be_reached() {
        // given
        ConsumerEngine engine = atReplica();

        // when
        fetch().loseConnection();

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
        fetch().answer(fromLog(10));
        assertThat(poll(engine)).isEqualTo(range(10, 20));
    }

    @Test
    void should_not_believe_a_replica_that_the_log_was_truncated() {
        // given
        atReplica();

        // when
        fetch().answer(response(answer(FIRST)
                .divergingEpoch(new FetchResponse.EpochEndOffset(4, 6))
                .build()));
        kafka.loop.run();

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(asked(fetch(), FIRST).fetchOffset()).isEqualTo(10);
    }

    @Test
    void should_ask_the_leader_again_when_what_it_said_is_old() {
        // given
        atReplica();

        // when
        kafka.loop.advance(METADATA_MAX_AGE);
        kafka.unanswered.stream()
                .filter(request -> request.nodeId == 2)
                .findFirst()
                .ifPresent(request -> request.answer(response()));

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(rack(fetch())).isEqualTo("west");
        fetch().answer(at(2));
        assertThat(fetch().nodeId).isEqualTo(2);
    }

    @Test
    void should_let_the_leader_name_replicas_again_after_a_while() {
        // given
        atReplica();
        fetch().answer(refusal(ErrorCode.OFFSET_NOT_AVAILABLE));
        kafka.loop.run();
        assertThat(rack(fetch())).isEmpty();
        ScriptedCluster.Request asked = fetch();

        // when
        kafka.loop.advance(METADATA_MAX_AGE);
        if (kafka.unanswered.contains(asked)) {
            asked.answer(response());
        }

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(rack(fetch())).isEqualTo("west");
    }

    @Test
    void should_ask_a_new_leader_where_to_read() {
        // given
        atReplica();

        // when
        kafka.leaderEpoch = 6;
        kafka.refreshMetadata();

        // then
        assertThat(fetch().nodeId).isIn(1, 2);
        kafka.unanswered.stream()
                .filter(request -> request.nodeId == 2)
                .findFirst()
                .ifPresent(request -> request.answer(response()));
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(asked(fetch(), FIRST).currentLeaderEpoch()).isEqualTo(6);
    }

    @Test
    void should_stay_with_the_leader_if_it_names_a_replica_that_nobody_knows() {
        // given
        ConsumerEngine engine = reader();

        // when
        fetch().answer(at(9));

        // then
        assertThat(fetch().nodeId).isEqualTo(1);
        assertThat(rack(fetch())).isEmpty();
        fetch().answer(fromLog(0));
        assertThat(poll(engine)).isEqualTo(range(0, 20));
    }
}
