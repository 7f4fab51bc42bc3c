package dev.ottla.internal.protocol;

import dev.ottla.internal.concurrent.Confined;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the tagged fields of a struct (KIP-482): those that its schema knows, each written to a scratch buffer because
 * its length goes before it, and the unknown ones between them in the order of their tags. Used by the generated {@code
 * write} of a struct within one call. So few fields are tagged that simple beats fast here.
 */
@Confined
public final class TaggedFieldWriter {
    private @Nullable ByteBuf scratch;
    private TaggedFields fields;
    private int tag;

    public TaggedFieldWriter(TaggedFields unknown) {
        this.fields = unknown;
    }

    /** Ends the field before and gives the empty buffer for the field with this tag. */
    public ByteBuf field(int nextTag) {
        endField();
        tag = nextTag;
        ByteBuf value = Unpooled.buffer();
        scratch = value;
        return value;
    }

    /** Writes all fields. */
    public void writeTo(ByteBuf out) {
        endField();
        fields.write(out, true);
    }

    private void endField() {
        if (scratch != null) {
            fields = fields.withOwned(tag, ByteBufUtil.getBytes(scratch));
            scratch.release();
            scratch = null;
        }
    }
}
