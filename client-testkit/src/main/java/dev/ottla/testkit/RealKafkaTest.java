package dev.ottla.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test class whose constructors and methods take a {@link RealKafka} parameter. All classes that ask for the
 * same number of brokers and the same version share one cluster: it is started when the first test needs it and closed
 * at the end of the run. Its directory is kept if a test that used it failed.
 *
 * <p>Tests share topics and groups too, so each makes up its own names. A test that kills or pauses a broker brings it
 * back before it ends; one that cannot, or that needs other settings, starts a cluster of its own with
 * {@link RealKafka#builder}.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(RealKafkaExtension.class)
public @interface RealKafkaTest {
    /** How many brokers, 1 or 3. */
    int brokers() default 1;

    /** The release of Apache Kafka. */
    String version() default RealKafka.Builder.DEFAULT_VERSION;
}
