package dev.ottla.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * The main class of a server's process: runs the tools that prepare its storage, then hands its thread to the server. Runs in
 * the child, with the broker's jars beside it on the class path, so it may use the JDK only. Its standard input is a pipe
 * from the launching JVM: at its end, however that JVM died, this process ends too.
 */
final class BrokerMain {
    /** What {@code kafka.Kafka} exits with when it fails; ours differ so that the log's reader can tell them apart. */
    private static final int EXIT_PARENT_GONE = 75;

    private static final int EXIT_SERVER_NOT_STARTED = 70;

    private BrokerMain() {}

    /**
     * Takes the server's main class, its properties file, and a file of tools to run before it: on each line the main class
     * and the arguments of one, with tabs between.
     */
    public static void main(String[] args) {
        haltWhenParentEnds();
        try {
            for (String line : Files.readAllLines(Path.of(args[2]))) {
                runTool(line.split("\t"));
            }
            invokeMain(args[0], args[1]);
        } catch (ReflectiveOperationException | LinkageError | IOException e) {
            Throwable cause = e.getCause();
            (cause == null ? e : cause).printStackTrace();
            Runtime.getRuntime().halt(EXIT_SERVER_NOT_STARTED);
        }
    }

    private static void haltWhenParentEnds() {
        Thread watcher = new Thread(
                () -> {
                    awaitEndOfInput();
                    // No orderly shutdown: without its launcher nobody needs the data, and an orderly one may hang for
                    // minutes when the other brokers are gone.
                    Runtime.getRuntime().halt(EXIT_PARENT_GONE);
                },
                "parent-watcher");
        watcher.setDaemon(true);
        watcher.start();
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Whatever is written means nothing; only the end counts.
            }
        } catch (IOException e) {
            // A broken pipe is the end as well.
        }
    }

    /** In this JVM rather than in one of its own, which saves the start of a JVM per broker. */
    private static void runTool(String... classAndArguments) throws ReflectiveOperationException {
        onExit(status -> {
            throw new ToolExit(status);
        });
        try {
            String[] arguments = Arrays.copyOfRange(classAndArguments, 1, classAndArguments.length);
            invokeMain(classAndArguments[0], arguments);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof ToolExit toolExit)) {
                throw e;
            }
            if (toolExit.status != 0) {
                Runtime.getRuntime().halt(toolExit.status);
            }
        } finally {
            // What Kafka does by default; its own way back to that makes every later exit an error.
            onExit(status -> Runtime.getRuntime().exit(status));
        }
    }

    /** Decides what happens when Kafka's code asks to end the JVM. */
    private static void onExit(IntConsumer procedure) throws ReflectiveOperationException {
        Class<?> type = Class.forName("org.apache.kafka.common.utils.Exit$Procedure");
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    procedure.accept((Integer) arguments[0]);
                    return null;
                });
        Class.forName("org.apache.kafka.common.utils.Exit")
                .getMethod("setExitProcedure", type)
                .invoke(null, proxy);
    }

    private static void invokeMain(String className, String... args) throws ReflectiveOperationException {
        Method main = Class.forName(className).getMethod("main", String[].class);
        main.invoke(null, (Object) args);
    }

    /** Carries the status out of a tool that ends by exiting. An error, because tools catch exceptions. */
    private static final class ToolExit extends Error {
        private static final long serialVersionUID = 1L;

        private final int status;

        ToolExit(int status) {
            super("exit " + status, null, false, false);
            this.status = status;
        }
    }
}
