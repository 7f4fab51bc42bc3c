package dev.ottla.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OffsetAndMetadataTest {

    @Test
    void should_have_neither_epoch_nor_note_by_default() {
        assertThat(new OffsetAndMetadata(5)).isEqualTo(new OffsetAndMetadata(5, OptionalInt.empty(), ""));
    }

    @Test
    void should_refuse_negative_numbers() {
        assertThatIllegalArgumentException().isThrownBy(() -> new OffsetAndMetadata(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new OffsetAndMetadata(1, OptionalInt.of(-1), ""));
    }
}
