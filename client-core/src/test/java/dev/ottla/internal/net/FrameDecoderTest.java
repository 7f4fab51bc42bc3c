package dev.ottla.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.ConnectionException;
import dev.ottla.errors.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final int MAX_FRAME_BYTES = 1_000_000;

    private final FrameDecoder decoder = new FrameDecoder(new BrokerAddress("broker-1", 9092), MAX_FRAME_BYTES);

    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @AfterEach
    void releaseAll() {
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void should_find_the_same_frames_however_the_stream_is_cut(long seed) {
        // given
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> frames = new ArrayList<>();
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 50; i++) {
            byte[] frame = new byte[4 + random.nextInt(i % 10 == 0 ? 200_000 : 50)];
            random.nextBytes(frame);
            frames.add(frame);
            stream.writeInt(frame.length).writeBytes(frame);
        }

        // when
        while (stream.isReadable()) {
            int chunk = Math.min(stream.readableBytes(), 1 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 7));
            channel.writeInbound(stream.readRetainedSlice(chunk));
        }
        stream.release();

        // then
        for (byte[] expected : frames) {
            ByteBuf actual = channel.readInbound();
            assertThat(actual).isEqualTo(Unpooled.wrappedBuffer(expected));
            actual.release();
        }
        assertThat(channel.<ByteBuf>readInbound()).isNull();
    }

    /** As the channel does it: each read goes where the decoder wants it, and some bring nothing. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void should_find_the_same_frames_when_the_socket_reads_into_them(long seed) {
        // given
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> frames = new ArrayList<>();
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < 40; i++) {
            byte[] frame = new byte[4 + random.nextInt(i % 2 == 0 ? 400_000 : 50)];
            random.nextBytes(frame);
            frames.add(frame);
            stream.writeInt(frame.length).writeBytes(frame);
        }

        // when
        List<ByteBuf> unread = new ArrayList<>();
        int readInPlace = 0;
        int checked = 0;
        while (stream.isReadable()) {
            ByteBuf unfinished = decoder.unfinishedFrame();
            ByteBuf into = unfinished == null ? Unpooled.buffer(70_000, 70_000) : unfinished;
            if (random.nextInt(10) == 0) {
                into.release();
                continue;
            }
            int bytes = Math.min(stream.readableBytes(), 1 + random.nextInt(into.writableBytes()));
            into.writeBytes(stream, bytes);
            readInPlace += unfinished == null ? 0 : bytes;
            channel.writeInbound(into);
            for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
                unread.add(next);
            }
            while (unread.size() > random.nextInt(6)) {
                ByteBuf actual = unread.remove(0);
                assertThat(actual).isEqualTo(Unpooled.wrappedBuffer(frames.get(checked++)));
                actual.release();
            }
        }
        stream.release();

        // then
        for (ByteBuf actual : unread) {
            assertThat(actual).isEqualTo(Unpooled.wrappedBuffer(frames.get(checked++)));
            actual.release();
        }
        assertThat(checked).isEqualTo(frames.size());
        assertThat(readInPlace).isGreaterThan(1_000_000);
    }

    @Test
    void should_not_have_the_socket_read_into_a_frame_when_another_handler_comes_first() {
        // given
        channel.pipeline().addFirst(new ChannelInboundHandlerAdapter());

        // when
        channel.writeInbound(Unpooled.buffer().writeInt(100_000).writeInt(1));

        // then
        assertThat(decoder.unfinishedFrame()).isNull();
    }

    @Test
    void should_gather_large_frames_in_the_same_memory_once_they_are_released() {
        // given
        long first = 0;
        for (int i = 0; i < 10; i++) {
            channel.writeInbound(Unpooled.buffer().writeInt(300_000).writeZero(100_000));
            channel.writeInbound(Unpooled.buffer().writeZero(200_000));
            ByteBuf frame = channel.readInbound();

            // then
            assertThat(frame.readableBytes()).isEqualTo(300_000);
            first = i == 1 ? frame.memoryAddress() : first;
            if (i > 1) {
                assertThat(frame.memoryAddress()).isEqualTo(first);
            }
            frame.release();
        }
    }

    @Test
    void should_not_allocate_what_a_length_only_claims() {
        // given
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        channel.config().setAllocator(allocator);

        // when a frame begins of which no more comes
        channel.writeInbound(Unpooled.buffer().writeInt(MAX_FRAME_BYTES).writeInt(1));

        // then
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .isBetween(1L, 64L * 1024);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 0, 3, MAX_FRAME_BYTES + 1, Integer.MAX_VALUE})
    void should_refuse_a_length_out_of_bounds(int length) {
        assertThatThrownBy(() -> channel.writeInbound(Unpooled.buffer().writeInt(length)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("broker-1:9092")
                .hasMessageContaining(String.valueOf(length));
    }

    @Test
    void should_name_an_http_server() {
        ByteBuf answer = Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request\r\n\r\n", StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> channel.writeInbound(answer))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("HTTP/1.1 400 Bad Request")
                .hasMessageContaining("not a Kafka listener");
    }

    @Test
    void should_name_a_tls_listener() {
        ByteBuf alert = Unpooled.wrappedBuffer(new byte[] {0x15, 3, 3, 0, 2, 2, 80});

        assertThatThrownBy(() -> channel.writeInbound(alert))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("security.protocol");
    }

    @Test
    void should_not_guess_at_the_peer_after_it_has_spoken_kafka() {
        channel.writeInbound(Unpooled.buffer().writeInt(4).writeInt(0));
        ByteBuf frame = channel.readInbound();
        frame.release();

        assertThatThrownBy(() -> channel.writeInbound(Unpooled.copiedBuffer("HTTP", StandardCharsets.US_ASCII)))
                .isInstanceOf(MalformedMessageException.class);
    }
}
