package dev.ottla.testkit;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link RealKafkaTest} adds to a test class; not for use by itself. Needs JUnit 6. Thread-safe. */
public final class RealKafkaExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace CLUSTERS = Namespace.create(RealKafkaExtension.class);

    /** For JUnit. */
    public RealKafkaExtension() {}

    /** Whether the parameter is a {@link RealKafka}. */
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RealKafka.class;
    }

    /**
     * The shared cluster; blocks while it starts.
     *
     * @throws RealKafkaException if it could not be started
     * @throws ParameterResolutionException if an earlier test left a broker dead
     */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Key key = Key.of(context);
        RealKafka kafka = clusters(context).computeIfAbsent(key, Key::start, RealKafka.class);
        kafka.brokers().stream().filter(broker -> !broker.isAlive()).findAny().ifPresent(dead -> {
            throw new ParameterResolutionException(
                    dead + " of the shared cluster does not run: an earlier test ended it and left it so");
        });
        return kafka;
    }

    /** Keeps the cluster's directory if the test failed, and says in the test report where it is. */
    @Override
    public void afterEach(ExtensionContext context) {
        RealKafka kafka = clusters(context).get(Key.of(context), RealKafka.class);
        if (kafka != null && context.getExecutionException().isPresent()) {
            kafka.keepDirectory();
            context.publishReportEntry(
                    Map.of("kafka.directory", kafka.directory().toString()));
        }
    }

    /** Of the JVM: a build may run each class by itself. Closed when the last test of the run has ended. */
    private static Store clusters(ExtensionContext context) {
        return context.getStore(StoreScope.LAUNCHER_SESSION, CLUSTERS);
    }

    /** What makes two test classes share a cluster. */
    private record Key(int brokers, String version) {
        static Key of(ExtensionContext context) {
            Optional<RealKafkaTest> asked = AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(), RealKafkaTest.class, context.getEnclosingTestClasses());
            RealKafkaTest test = asked.orElseThrow(() -> new ParameterResolutionException(
                    context.getRequiredTestClass().getName() + " is not annotated with @RealKafkaTest"));
            return new Key(test.brokers(), test.version());
        }

        RealKafka start() {
            return RealKafka.builder().brokers(brokers).version(version).start();
        }
    }
}
