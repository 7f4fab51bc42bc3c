package dev.ottla.it.scenario;

import dev.ottla.testkit.RealKafka;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/** A real broker behind a proxy, one for all test classes with this extension; closed at the end of the run. */
public final class ProxiedBroker implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(ProxiedBroker.class);

    private static volatile RealKafka kafka;

    /** For tests of a class with this extension; each leaves the proxy without rules. */
    static RealKafka kafka() {
        return kafka;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        kafka = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(
                        RealKafka.class,
                        absent -> RealKafka.builder()
                                .behindProxies()
                                // How long it remembers producers can be set while it runs, how often it looks can't.
                                .config("producer.id.expiration.check.interval.ms", "50")
                                .start(),
                        RealKafka.class);
    }
}
