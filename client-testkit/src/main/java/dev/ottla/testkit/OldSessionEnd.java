package dev.ottla.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.TimeUnit;

/**
 * Run by {@link BrokerMain} before a broker with ZooKeeper: waits until the session of an earlier process of this broker, which
 * may have been killed, has ended. A broker that finds its own registration there gives up at once. Uses ZooKeeper's client
 * from the broker's class path, which is not on the test kit's.
 */
final class OldSessionEnd {
    private static final int SESSION_TIMEOUT_MILLIS = 10_000;
    private static final long PROBE_INTERVAL_MILLIS = 100;
    private static final long TIMEOUT_SECONDS = 60;

    private OldSessionEnd() {}

    /** Takes ZooKeeper's address and the broker's id. */
    public static void main(String[] args) throws ReflectiveOperationException, IOException, InterruptedException {
        Class<?> clientType = Class.forName("org.apache.zookeeper.ZooKeeper");
        Class<?> watcherType = Class.forName("org.apache.zookeeper.Watcher");
        // It hears of connections, which is of no interest; it is kept in a set, so it needs a hash code.
        Object watcher = Proxy.newProxyInstance(
                watcherType.getClassLoader(),
                new Class<?>[] {watcherType},
                (self, method, arguments) -> method.getReturnType() == int.class ? 0 : null);
        Object client = clientType
                .getConstructor(String.class, int.class, watcherType)
                .newInstance(args[0], SESSION_TIMEOUT_MILLIS, watcher);
        Method exists = clientType.getMethod("exists", String.class, boolean.class);
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (isRegistered(client, exists, "/brokers/ids/" + args[1])) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                throw new IOException("ZooKeeper has an old registration of broker " + args[1]
                        + ", or does not answer, after " + TIMEOUT_SECONDS + " s");
            }
            Thread.sleep(PROBE_INTERVAL_MILLIS);
        }
        clientType.getMethod("close").invoke(client);
    }

    /** Also true while ZooKeeper, which was started at the same time, does not answer yet. */
    private static boolean isRegistered(Object client, Method exists, String path) throws IllegalAccessException {
        try {
            return exists.invoke(client, path, false) != null;
        } catch (InvocationTargetException e) {
            return true;
        }
    }
}
