package dev.ottla.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ottla.errors.InvalidOptionsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdminOptionsTest {

    @Test
    void should_read_its_keys_and_refuse_controllers() {
        assertThat(AdminOptions.builder().retries(3).build().retries()).isEqualTo(3);
        assertThat(AdminOptions.builder().build().retries()).isEqualTo(Integer.MAX_VALUE);
        assertThatExceptionOfType(InvalidOptionsException.class)
                .isThrownBy(() -> AdminOptions.builder()
                        .config(KafkaConfig.of(Map.of("bootstrap.controllers", "c:9093")))
                        .build())
                .withMessageContaining("use bootstrap.servers");
    }
}
