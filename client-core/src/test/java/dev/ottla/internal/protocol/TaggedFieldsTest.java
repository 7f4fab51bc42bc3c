package dev.ottla.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.errors.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaggedFieldsTest {

    @Test
    void should_write_fields_in_the_order_of_their_tags() {
        TaggedFields fields = TaggedFields.NONE
                .with(300, new byte[] {3})
                .with(1, new byte[] {1, 1})
                .with(2, new byte[0]);
        ByteBuf out = Unpooled.buffer();

        fields.write(out, true);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("0301020101" + "0200" + "ac020103");
        assertThat(TaggedFields.read(out, "Message")).isEqualTo(fields).hasSameHashCodeAs(fields);
        assertThat(fields.get(300)).containsExactly(3);
        assertThat(fields.get(4)).isNull();
    }

    @Test
    void should_read_back_a_field_whose_length_takes_two_bytes() {
        TaggedFields fields = TaggedFields.NONE.with(0, new byte[200]);
        ByteBuf out = Unpooled.buffer();

        fields.write(out, true);

        assertThat(out.readableBytes()).isEqualTo(1 + 1 + 2 + 200);
        assertThat(TaggedFields.read(out, "Message")).isEqualTo(fields);
    }

    @Test
    void should_put_known_fields_between_unknown_ones() {
        ByteBuf out = Unpooled.buffer();
        TaggedFieldWriter writer =
                new TaggedFieldWriter(TaggedFields.NONE.with(0, new byte[1]).with(2, new byte[1]));

        writer.field(1).writeByte(7);
        writer.field(3).writeByte(8);
        writer.writeTo(out);

        assertThat(ByteBufUtil.hexDump(out)).isEqualTo("04" + "000100" + "010107" + "020100" + "030108");
    }

    @Test
    void should_refuse_fields_in_a_version_that_has_no_place_for_them() {
        ByteBuf out = Unpooled.buffer();

        TaggedFields.NONE.write(out, false);

        assertThat(out.isReadable()).isFalse();
        assertThatThrownBy(() -> TaggedFields.NONE.with(5, new byte[1]).write(out, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tagged fields [5] are set, but the version has none");
    }

    @Test
    void should_refuse_the_same_tag_twice() {
        TaggedFields fields = TaggedFields.NONE.with(5, new byte[1]);

        assertThatThrownBy(() -> fields.with(5, new byte[1])).hasMessage("tag 5 is set already");
        assertThatThrownBy(() -> fields.with(-1, new byte[1])).hasMessage("tag -1 is negative");
    }

    @ParameterizedTest
    @CsvSource({
        "ffffffff0f, Message: 4294967295 tagged fields; where only 0 bytes are left",
        "0301, Message: 3 tagged fields; where only 1 bytes are left",
        "0205000500, Message: tagged field 5 out of order after 5",
        "0205000400, Message: tagged field 4 out of order after 5",
        "01ffffffff0f00, Message: tagged field 4294967295 out of order",
        "010502aa, Message: tagged field 5 of 2 bytes; where 1 are left"
    })
    void should_refuse_bytes_that_break_the_rules(String bytes, String problem) {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(bytes));

        assertThatThrownBy(() -> TaggedFields.read(in, "Message"))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(problem.replace(';', ','));
    }

    @Test
    void should_refuse_a_known_field_that_is_longer_than_its_value() {
        TaggedFieldReader reader =
                new TaggedFieldReader(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("0105020101")), "Message");

        reader.next();
        reader.field().readByte();

        assertThatThrownBy(reader::next)
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Message: 1 bytes follow the end of tagged field 5");
    }
}
