package dev.ottla.it.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** What Reactive Streams say of publishers, over the one that applications get. */
@Tag("jdk")
class RecordPublisherTest {

    /** Those that it skips are optional, or for publishers with several subscribers. */
    @Test
    @Timeout(120)
    void should_pass_the_reactive_streams_tck() {
        TestListenerAdapter results = new TestListenerAdapter();
        TestNG tck = new TestNG(false);
        tck.setTestClasses(new Class<?>[] {RecordPublisherTck.class});
        tck.addListener(results);

        tck.run();

        assertThat(results.getConfigurationFailures()).isEmpty();
        assertThat(results.getFailedTests()).isEmpty();
        assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(results.getSkippedTests())
                .extracting(skipped -> skipped.getName())
                .noneMatch(name -> name.startsWith("required_") && !name.contains("DropAllReferences"));
    }
}
