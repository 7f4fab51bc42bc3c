package dev.ottla.testkit;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/**
 * The jars of one Kafka version: {@code kafka_2.13} and an SLF4J binding, as Maven would resolve them for this user
 * (settings.xml, mirrors, local repository). The resulting list is kept in the user's cache directory, because even
 * without any download the resolution takes longer than reading it back. Blocks its caller; called once per cluster.
 */
final class BrokerJars {
    /** Kafka up to 4.3 brings slf4j-api 1.7, so these are the bindings for 1.x, not for 2.x. */
    private static final String LOG4J2_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4";

    private static final String LOG4J1_BINDING = "org.slf4j:slf4j-reload4j:1.7.36";

    private final KafkaVersion version;
    private final Path cacheDirectory;

    BrokerJars(KafkaVersion version, Path cacheDirectory) {
        this.version = version;
        this.cacheDirectory = cacheDirectory;
    }

    /** Where {@code $XDG_CACHE_HOME} points to, or {@code ~/.cache}; in it the directory {@code ottla}. */
    static Path userCacheDirectory() {
        String cacheHome = System.getenv("XDG_CACHE_HOME");
        return (cacheHome == null || cacheHome.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cacheHome))
                .resolve("ottla");
    }

    List<Path> resolve() {
        Path cached =
                cacheDirectory.resolve("kafka-" + version + "-" + binding().replace(':', '_') + ".classpath");
        List<Path> known = readCached(cached);
        if (!known.isEmpty() && known.stream().allMatch(Files::isRegularFile)) {
            return known;
        }
        List<Path> resolved = resolveWithMaven();
        writeCached(cached, resolved);
        return resolved;
    }

    private String binding() {
        return version.logsThroughLog4j1() ? LOG4J1_BINDING : LOG4J2_BINDING;
    }

    private List<Path> resolveWithMaven() {
        // The binding comes first: where both name a log4j version, the binding's is the one that it was built for.
        List<Dependency> roots = List.of(runtime(binding()), runtime("org.apache.kafka:kafka_2.13:" + version));
        try (Context maven = Runtimes.INSTANCE.getRuntime().create(asTheUserHasSetUp())) {
            CollectRequest collect =
                    new CollectRequest().setDependencies(roots).setRepositories(maven.remoteRepositories());
            DependencyRequest request =
                    new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
            return maven
                    .repositorySystem()
                    .resolveDependencies(maven.repositorySystemSession(), request)
                    .getArtifactResults()
                    .stream()
                    .map(result -> result.getArtifact().getFile().toPath())
                    .toList();
        } catch (DependencyResolutionException e) {
            throw new RealKafkaException(
                    "The jars of Apache Kafka " + version + " could not be resolved: " + rootCause(e)
                            + ". Check that the version exists and that Maven's settings.xml names a repository that "
                            + "holds it, or fetch it once while online with `mvn dependency:get "
                            + "-Dartifact=org.apache.kafka:kafka_2.13:" + version + "`.",
                    e);
        }
    }

    /** The outer messages say only which step failed. */
    private static String rootCause(Throwable failure) {
        Throwable cause = failure;
        for (Throwable next = cause.getCause(); next != null; next = cause.getCause()) {
            cause = next;
        }
        return String.valueOf(cause.getMessage());
    }

    private static Dependency runtime(String coordinates) {
        return new Dependency(new DefaultArtifact(coordinates), JavaScopes.RUNTIME);
    }

    private static ContextOverrides asTheUserHasSetUp() {
        ContextOverrides.Builder overrides = ContextOverrides.create()
                .withUserSettings(true)
                // Builds that run at the same time share one local repository.
                .configProperties(Map.of(
                        "aether.syncContext.named.factory", "file-lock",
                        "aether.syncContext.named.nameMapper", "file-gav"));
        // The first is the user's own -D; the second is how Surefire tells a test of Maven's choice.
        String localRepository = System.getProperty("maven.repo.local", System.getProperty("localRepository"));
        if (localRepository != null) {
            overrides.withLocalRepositoryOverride(Path.of(localRepository));
        }
        return overrides.build();
    }

    private static List<Path> readCached(Path cached) {
        try {
            return Files.isRegularFile(cached)
                    ? Files.readAllLines(cached).stream().map(Path::of).toList()
                    : List.of();
        } catch (IOException e) {
            // A cache that cannot be read is as good as none.
            return List.of();
        }
    }

    /** Whole or not at all, since other processes may read the file meanwhile. */
    private static void writeCached(Path cached, List<Path> jars) {
        try {
            Files.createDirectories(cached.getParent());
            Path unfinished = Files.createTempFile(cached.getParent(), "classpath", ".tmp");
            Files.write(unfinished, jars.stream().map(Path::toString).toList());
            Files.move(unfinished, cached, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // The next start resolves again; that is slower, and nothing else.
        }
    }
}
