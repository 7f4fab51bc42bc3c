package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client that shares no code with Ottla or with Kafka sees the broker too. */
@RealKafkaTest
class KcatTest {
    @BeforeAll
    static void skipWithoutKcat() throws InterruptedException {
        assumeTrue(isInstalled(), "kcat is not on the PATH; install it, e.g. with `apt-get install kcat`");
    }

    @Test
    void should_list_the_broker_in_kcat(RealKafka kafka) throws Exception {
        Process kcat = new ProcessBuilder(List.of("kcat", "-L", "-b", kafka.bootstrapServers()))
                .redirectErrorStream(true)
                .start();

        String listed = new String(kcat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(kcat.waitFor()).as(listed).isZero();
        assertThat(listed)
                .contains("1 brokers", "broker 1 at " + kafka.broker(1).address());
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("kcat", "-V").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
