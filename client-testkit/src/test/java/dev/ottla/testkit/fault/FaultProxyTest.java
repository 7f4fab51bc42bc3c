package dev.ottla.testkit.fault;

import static dev.ottla.internal.protocol.message.ApiKey.FETCH;
import static dev.ottla.internal.protocol.message.ApiKey.METADATA;
import static dev.ottla.internal.protocol.message.ApiKey.PRODUCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ottla.common.ByteSize;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault, on a connection to a broker that repeats what it is told. */
class FaultProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration A_MOMENT = Duration.ofMillis(150);

    private EchoBroker broker;
    private FaultProxy proxy;
    private FrameClient client;

    @BeforeEach
    void connect() throws IOException {
        broker = new EchoBroker();
        proxy = FaultProxy.before("127.0.0.1", broker.port());
        client = new FrameClient(proxy, "tester");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        proxy.close();
        broker.close();
    }

    @Test
    void should_pass_everything_on_and_count_it_when_there_is_no_rule() throws IOException {
        client.send(PRODUCE, "a");
        client.send(FETCH, "b".repeat(100_000));
        client.send(PRODUCE, "");

        assertThat(client.read()).isEqualTo("1:a");
        assertThat(client.read()).isEqualTo("2:" + "b".repeat(100_000));
        assertThat(client.read()).isEqualTo("3:");
        assertThat(proxy.seen(Direction.REQUEST, "Produce")).isEqualTo(2);
        assertThat(proxy.seen(Direction.RESPONSE, "Fetch")).isEqualTo(1);
        assertThat(proxy.seen(Direction.RESPONSE, "Metadata")).isZero();
        assertThat(proxy.connections()).containsExactly(new ProxiedConnection(1, "tester"));
    }

    @Test
    void should_delay_what_is_concerned_and_what_is_behind_it() throws IOException {
        // given
        FaultRule rule =
                proxy.install(Fault.delay(Duration.ofMillis(300)).responses().api("Produce"));
        long startNanos = System.nanoTime();

        // when
        client.send(PRODUCE, "late");
        client.send(FETCH, "behind");

        // then
        assertThat(client.read()).isEqualTo("1:late");
        assertThat(elapsedMillis(startNanos)).isGreaterThanOrEqualTo(300);
        assertThat(client.read()).isEqualTo("2:behind");
        assertThat(rule.hits()).isEqualTo(1);

        // when
        rule.remove();

        // then
        client.ask(PRODUCE, "not late");
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void should_pass_no_more_than_the_limit_when_throttled() throws IOException {
        proxy.install(Fault.throttle(ByteSize.bytes(50_000)).requests());
        long startNanos = System.nanoTime();

        client.ask(PRODUCE, "x".repeat(20_000));

        assertThat(elapsedMillis(startNanos)).isGreaterThanOrEqualTo(360L);
    }

    @Test
    void should_swallow_the_response_that_is_counted_out() throws IOException {
        FaultRule rule =
                proxy.install(Fault.swallow().responses().api("Produce").skip(1).times(1));

        for (int i = 0; i < 4; i++) {
            client.send(PRODUCE, "p" + i);
        }

        assertThat(client.read()).isEqualTo("1:p0");
        assertThat(client.read()).isEqualTo("3:p2");
        assertThat(client.read()).isEqualTo("4:p3");
        assertThat(broker.received).containsExactly(1, 2, 3, 4);
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void should_swallow_every_third_request_before_it_reaches_the_broker() throws IOException {
        FaultRule rule = proxy.install(Fault.swallow().requests().every(3).times(2));

        for (int i = 0; i < 9; i++) {
            client.send(PRODUCE, "p" + i);
        }

        rule.awaitHits(2, PATIENCE);
        await().atMost(PATIENCE).until(() -> broker.received.size() == 7);
        assertThat(broker.received).containsExactly(2, 3, 5, 6, 7, 8, 9);
    }

    @Test
    void should_close_after_so_many_bytes_when_that_is_inside_a_frame() throws IOException {
        FaultRule rule = proxy.install(Fault.closeAfter(ByteSize.bytes(20)).responses());

        client.send(PRODUCE, "12345678");
        client.send(PRODUCE, "12345678");

        assertThat(client.read()).isEqualTo("1:12345678");
        assertThat(client.readBytes(4)).containsExactly(0, 0, 0, 12);
        assertThatThrownBy(() -> client.readBytes(1)).isInstanceOf(EOFException.class);
        await().atMost(PATIENCE).until(() -> broker.endings.size() == 1);
        assertThat(rule.hits()).isEqualTo(2);
        assertThat(proxy.connections()).isEmpty();
    }

    @Test
    void should_reset_the_connection_and_let_the_next_one_be() throws IOException {
        proxy.install(Fault.reset().requests().api("Fetch").times(1));

        client.send(FETCH, "never arrives");

        assertThatThrownBy(client::read).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        await().atMost(PATIENCE).until(() -> broker.endings.size() == 1);
        assertThat(broker.endings).containsExactly("Connection reset");
        assertThat(broker.received).isEmpty();
        try (FrameClient next = new FrameClient(proxy, "next")) {
            assertThat(next.ask(FETCH, "arrives")).isEqualTo("1:arrives");
        }
    }

    @Test
    void should_reset_all_connections_at_once_when_told() throws IOException {
        client.ask(PRODUCE, "");

        proxy.resetConnections();

        assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
        assertThat(proxy.connections()).isEmpty();
    }

    @Test
    void should_block_the_senders_writes_when_half_open_and_go_on_after_it() throws Exception {
        // given
        FaultRule rule = proxy.install(Fault.halfOpen().requests());
        client.socket().setSendBufferSize(64 << 10);
        int requests = 400;
        Thread writer = new Thread(() -> writeMany(requests, "x".repeat(100_000)));

        // when
        writer.start();
        rule.awaitHits(1, PATIENCE);

        // then: 40 MB fit into no buffer on the way
        writer.join(A_MOMENT.toMillis() * 4);
        assertThat(writer.isAlive()).isTrue();
        assertThat(broker.received).isEmpty();

        // when
        rule.remove();

        // then
        for (int i = 1; i <= requests; i++) {
            assertThat(client.read()).startsWith(i + ":xxx");
        }
        writer.join();
    }

    private void writeMany(int count, String payload) {
        try {
            for (int i = 0; i < count; i++) {
                client.send(PRODUCE, payload);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void should_take_everything_and_say_nothing_when_a_black_hole_and_reset_at_its_end() throws IOException {
        // given
        FaultRule rule = proxy.install(Fault.blackHole().responses().api("Produce"));
        assertThat(client.ask(METADATA, "before")).isEqualTo("1:before");

        // when
        client.send(PRODUCE, "lost");
        client.send(METADATA, "lost too");

        // then
        rule.awaitHits(2, PATIENCE);
        assertThat(broker.received).containsExactly(1, 2, 3);
        assertThat(client.isSilentFor(A_MOMENT)).isTrue();

        // when
        rule.remove();

        // then
        assertThatThrownBy(client::read).isInstanceOf(SocketException.class);
    }

    @Test
    void should_leave_the_black_holes_other_connections_alone_at_its_end() throws IOException {
        FaultRule rule = proxy.install(Fault.blackHole().clientId("somebody else"));
        assertThat(client.ask(METADATA, "a")).isEqualTo("1:a");

        rule.remove();

        assertThat(client.ask(METADATA, "b")).isEqualTo("2:b");
        assertThat(rule.hits()).isZero();
    }

    @Test
    void should_truncate_the_message_and_stay_in_step() throws IOException {
        proxy.install(Fault.truncate(6).responses().api("Fetch"));

        client.send(FETCH, "abcdef");
        client.send(PRODUCE, "whole");

        assertThat(client.read()).isEqualTo("1:ab");
        assertThat(client.read()).isEqualTo("2:whole");
    }

    @Test
    void should_flip_bits_counted_from_the_start_and_from_the_end() throws IOException {
        proxy.install(Fault.flip(-1, 1).responses().times(1));
        proxy.install(Fault.flip(7, 0x40).responses().skip(1).times(1));
        proxy.install(Fault.flip(99, 1).responses());

        client.send(PRODUCE, "aaa");
        client.send(PRODUCE, "aaa");
        client.send(PRODUCE, "aaa");

        assertThat(client.read()).isEqualTo("1:aa" + (char) ('a' ^ 1));
        assertThat(client.read()).isEqualTo((2 ^ 0x40) + ":aaa");
        assertThat(client.read()).isEqualTo("3:aaa");
    }

    @Test
    void should_send_a_response_twice_when_duplicated() throws IOException {
        proxy.install(Fault.duplicate().responses().times(1));

        client.send(PRODUCE, "twice");
        client.send(PRODUCE, "once");

        assertThat(client.read()).isEqualTo("1:twice");
        assertThat(client.read()).isEqualTo("1:twice");
        assertThat(client.read()).isEqualTo("2:once");
    }

    @Test
    void should_exchange_two_responses_and_pass_on_what_is_between() throws IOException {
        FaultRule rule = proxy.install(Fault.swap().responses().api("Produce").times(2));

        client.send(PRODUCE, "first");
        client.send(FETCH, "between");
        client.send(PRODUCE, "second");
        client.send(PRODUCE, "third");

        assertThat(client.read()).isEqualTo("2:between");
        assertThat(client.read()).isEqualTo("3:second");
        assertThat(client.read()).isEqualTo("1:first");
        assertThat(client.read()).isEqualTo("4:third");
        assertThat(rule.hits()).isEqualTo(2);
    }

    @Test
    void should_let_the_first_of_a_pair_go_when_the_rule_is_removed_before_the_second() throws IOException {
        FaultRule rule = proxy.install(Fault.swap().responses());
        client.send(PRODUCE, "alone");
        rule.awaitHits(1, PATIENCE);
        assertThat(client.isSilentFor(A_MOMENT)).isTrue();

        rule.remove();

        assertThat(client.read()).isEqualTo("1:alone");
    }

    @Test
    void should_hold_an_api_and_what_is_behind_it_until_it_is_released() throws IOException {
        // given
        FaultRule rule = proxy.install(Fault.hold().requests().api("Produce"));
        client.send(METADATA, "free");
        client.send(PRODUCE, "held");
        client.send(METADATA, "behind");
        assertThat(client.read()).isEqualTo("1:free");
        rule.awaitHits(1, PATIENCE);
        assertThat(client.isSilentFor(A_MOMENT)).isTrue();

        // when
        rule.release();

        // then
        assertThat(client.read()).isEqualTo("2:held");
        assertThat(client.read()).isEqualTo("3:behind");

        // when
        client.send(PRODUCE, "held again");
        rule.awaitHits(2, PATIENCE);
        assertThat(client.isSilentFor(A_MOMENT)).isTrue();
        rule.remove();

        // then
        assertThat(client.read()).isEqualTo("4:held again");
    }

    @Test
    void should_deliver_a_held_request_when_its_client_is_gone() throws IOException {
        FaultRule rule = proxy.install(Fault.hold().requests().api("Produce"));
        client.send(PRODUCE, "late");
        rule.awaitHits(1, PATIENCE);
        client.close();
        try (FrameClient other = new FrameClient(proxy, "other")) {
            other.ask(METADATA, "the broker is free meanwhile");
        }
        assertThat(broker.received).containsExactly(1);

        rule.remove();

        await().atMost(PATIENCE).until(() -> broker.received.size() == 2);
    }

    @Test
    void should_write_single_bytes_when_rechunked() throws IOException {
        // given
        FaultRule rule = proxy.install(Fault.rechunk(1).responses());
        client.send(PRODUCE, "0123456789".repeat(20));
        byte[] received = new byte[1_000];
        int reads = 0;
        int bytes = 0;

        // when
        while (bytes < 208) {
            bytes += client.readSome(received, bytes);
            reads++;
        }

        // then
        assertThat(reads).isGreaterThan(5);
        assertThat(new String(received, 8, 200, UTF_8)).isEqualTo("0123456789".repeat(20));
        assertThat(rule.hits()).isEqualTo(1);
    }

    @Test
    void should_concern_only_the_named_client_and_connection() throws IOException {
        try (FrameClient other = new FrameClient(proxy, "other")) {
            client.ask(METADATA, "");
            other.ask(METADATA, "");
            FaultRule byName = proxy.install(Fault.swallow().responses().clientId("other"));
            FaultRule byNumber = proxy.install(Fault.truncate(4).responses().connection(one -> one.number() == 1));

            assertThat(client.ask(FETCH, "cut")).isEqualTo("2:");
            other.send(FETCH, "gone");

            byName.awaitHits(1, PATIENCE);
            assertThat(byNumber.hits()).isEqualTo(1);
        }
    }

    @Test
    void should_apply_several_rules_to_one_frame() throws IOException {
        proxy.install(Fault.duplicate().responses());
        proxy.install(Fault.rechunk(3).responses());
        proxy.install(Fault.delay(Duration.ofMillis(50)).responses());

        client.send(PRODUCE, "abc");

        assertThat(client.read()).isEqualTo("1:abc");
        assertThat(client.read()).isEqualTo("1:abc");
    }

    @Test
    void should_pass_on_bytes_that_are_not_kafkas_and_disturb_them_too() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy plain = FaultProxy.before("127.0.0.1", server.getLocalPort());
                FrameClient secret = new FrameClient(plain, "");
                Socket other = server.accept()) {
            // given: the first bytes of TLS
            byte[] hello = {0x16, 3, 1, 2, 0, 1};
            secret.write(hello);
            assertThat(other.getInputStream().readNBytes(6)).isEqualTo(hello);

            // when
            plain.install(Fault.reset().responses());
            other.getOutputStream().write(hello);

            // then
            assertThatThrownBy(() -> secret.readBytes(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void should_pass_half_a_frame_on_when_its_sender_ends() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FaultProxy plain = FaultProxy.before("127.0.0.1", server.getLocalPort());
                FrameClient sender = new FrameClient(plain, "");
                Socket receiver = server.accept()) {
            sender.write(new byte[] {0, 0, 0, 9, 1, 2});

            sender.socket().shutdownOutput();

            assertThat(receiver.getInputStream().readAllBytes()).containsExactly(0, 0, 0, 9, 1, 2);
        }
    }

    @Test
    void should_reset_the_client_when_the_broker_is_not_there() throws IOException {
        broker.close();
        try (FrameClient late = new FrameClient(proxy, "")) {
            assertThatThrownBy(late::read).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void should_end_connections_and_take_no_rules_when_closed() {
        FaultRule rule = proxy.install(Fault.swallow());

        proxy.close();
        proxy.close();
        rule.remove();

        assertThatThrownBy(client::read).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> proxy.install(Fault.swallow()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("is closed");
    }

    @Test
    void should_say_what_was_expected_when_hits_do_not_come() {
        FaultRule rule =
                proxy.install(Fault.swallow().responses().api("OffsetCommit").times(1));

        assertThatThrownBy(() -> rule.awaitHits(1, Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("rule [swallow of [OFFSET_COMMIT], RESPONSEs, at most 1] at proxy 127.0.0.1:")
                .hasMessageEndingWith("was to meet 1 frames within PT0.001S, but met 0");
    }

    @Test
    void should_refuse_what_makes_no_sense() {
        assertThatThrownBy(() -> Fault.swallow().api("Produced")).hasMessageContaining("no API Produced");
        assertThatThrownBy(() -> Fault.delay(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.throttle(ByteSize.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.truncate(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.flip(0, 256)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.rechunk(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Fault.swallow().times(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long elapsedMillis(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos).toMillis();
    }
}
