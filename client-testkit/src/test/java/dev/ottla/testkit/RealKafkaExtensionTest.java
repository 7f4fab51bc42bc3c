package dev.ottla.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class RealKafkaExtensionTest {
    private static final List<RealKafka> USED = new ArrayList<>();

    @Test
    void should_start_one_cluster_for_all_classes_and_keep_its_files_when_a_test_failed() {
        // when
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(First.class), selectClass(Second.class))
                .execute()
                .testEvents();

        // then
        tests.assertStatistics(statistics -> statistics.succeeded(2).failed(1));
        assertThat(USED).hasSize(3);
        RealKafka kafka = USED.get(0);
        assertThat(USED).containsOnly(kafka);
        assertThat(kafka.broker(1).isAlive()).isFalse();
        assertThat(tests.reportingEntryPublished().count()).isEqualTo(1);
        assertThat(kafka.broker(1).logFile()).exists();
        Launch.delete(kafka.directory());
    }

    @RealKafkaTest
    static class First {
        @Test
        void uses(RealKafka kafka) {
            USED.add(kafka);
        }

        @Nested
        class Inner {
            @Test
            void uses(RealKafka kafka) {
                USED.add(kafka);
            }
        }
    }

    @RealKafkaTest
    static class Second {
        @Test
        void fails(RealKafka kafka) {
            USED.add(kafka);
            throw new AssertionError("on purpose");
        }
    }
}
