package dev.ottla.benchmarks.nullbroker;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerLineTest {
    private final AnswerLine line = new AnswerLine();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    private final ChannelHandlerContext ctx = channel.pipeline().firstContext();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void should_write_answers_in_the_order_of_their_requests() {
        // given
        AnswerLine.Place first = line.take();
        AnswerLine.Place second = line.take();

        // when
        line.fill(ctx, second, answer(2));
        Object early = channel.readOutbound();
        line.fill(ctx, first, answer(1));

        // then
        assertThat(early).isNull();
        assertThat(written()).isEqualTo((byte) 1);
        assertThat(written()).isEqualTo((byte) 2);
    }

    @Test
    void should_release_what_the_end_of_the_connection_leaves() {
        // given
        AnswerLine.Place first = line.take();
        AnswerLine.Place second = line.take();
        ByteBuf waiting = answer(2);
        ByteBuf late = answer(1);
        line.fill(ctx, second, waiting);

        // when
        line.close();
        line.fill(ctx, first, late);

        // then
        assertThat(waiting.refCnt()).isZero();
        assertThat(late.refCnt()).isZero();
    }

    private static ByteBuf answer(int value) {
        return Unpooled.buffer(1).writeByte(value);
    }

    private byte written() {
        ByteBuf answer = channel.readOutbound();
        byte value = answer.readByte();
        answer.release();
        return value;
    }
}
