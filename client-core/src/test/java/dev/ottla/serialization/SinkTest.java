package dev.ottla.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.errors.RecordException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SinkTest {

    @Test
    void should_grow_up_to_its_bound_and_be_used_again() {
        // given
        GrowingSink sink = new GrowingSink(1_000);

        // when
        sink.writeBytes(ByteBuffer.wrap(new byte[999]));
        sink.writeByte((byte) 7);

        // then
        assertThat(sink.writtenBytes()).isEqualTo(1_000);
        assertThat(sink.array()[999]).isEqualTo((byte) 7);
        assertThatExceptionOfType(RecordException.class)
                .isThrownBy(() -> sink.writeByte((byte) 8))
                .withMessageContaining("1000");

        // when
        sink.reset();
        sink.writeLong(0x0102030405060708L);

        // then
        assertThat(Arrays.copyOf(sink.array(), sink.writtenBytes())).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void should_read_in_order_and_refuse_to_read_past_the_end() {
        // given
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {9, 1, 0, 2, 0, 0, 0, 3, 5, 6, 9});
        ByteBufferSource source = new ByteBufferSource().reset(buffer, 1, 9);

        // then
        assertThat(source.readByte()).isEqualTo((byte) 1);
        assertThat(source.readShort()).isEqualTo((short) 2);
        assertThat(source.readInt()).isEqualTo(3);
        assertThat(source.remainingBytes()).isEqualTo(2);
        assertThatExceptionOfType(RecordException.class).isThrownBy(source::readInt);
        assertThatExceptionOfType(RecordException.class).isThrownBy(() -> source.readBytes(-1));
        ByteBuffer rest = source.readBuffer();
        assertThat(rest.isReadOnly()).isTrue();
        assertThat(rest.remaining()).isEqualTo(2);
        assertThat(rest.get()).isEqualTo((byte) 5);
        assertThat(source.remainingBytes()).isZero();
    }
}
