package dev.ottla.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application on the module path: what it gets, and what it can't reach. */
@Tag("jdk")
class ModulePathTest {
    private static final LibraryModules LIBRARY = LibraryModules.find();

    @TempDir
    Path directory;

    @Test
    void should_need_netty_slf4j_and_jspecify_and_nothing_else() {
        assertThat(LIBRARY.names())
                .containsExactlyInAnyOrder(
                        "dev.ottla.core",
                        "dev.ottla.producer",
                        "dev.ottla.consumer",
                        "dev.ottla.admin",
                        "io.netty.common",
                        "io.netty.buffer",
                        "io.netty.resolver",
                        "io.netty.transport",
                        "io.netty.transport.unix.common",
                        "io.netty.codec",
                        "io.netty.handler",
                        "org.slf4j",
                        "org.jspecify");
    }

    @Test
    void should_consist_of_named_modules() {
        assertThat(LIBRARY.all()).noneMatch(ModuleDescriptor::isAutomatic);
        assertThat(LIBRARY.own()).noneMatch(ModuleDescriptor::isOpen);
    }

    @Test
    void should_leave_codecs_and_the_native_transport_optional() {
        Set<String> optional = LIBRARY.own().stream()
                .flatMap(module -> module.requires().stream())
                .filter(required -> required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());

        assertThat(optional)
                .containsExactlyInAnyOrder(
                        "org.lz4.java",
                        "org.xerial.snappy",
                        "com.github.luben.zstd_jni",
                        "io.netty.transport.classes.epoll",
                        "io.netty.transport.unix.common");
    }

    @Test
    void should_export_nothing_internal_to_applications() {
        Set<String> exportedToAll = LIBRARY.own().stream()
                .flatMap(module -> module.exports().stream())
                .filter(exported -> !exported.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());

        assertThat(exportedToAll)
                .containsExactlyInAnyOrder(
                        "dev.ottla",
                        "dev.ottla.common",
                        "dev.ottla.config",
                        "dev.ottla.errors",
                        "dev.ottla.serialization",
                        "dev.ottla.producer",
                        "dev.ottla.consumer",
                        "dev.ottla.consumer.assignor",
                        "dev.ottla.admin");
        assertThat(LIBRARY.own())
                .allSatisfy(module -> assertThat(module.opens()).isEmpty());
    }

    @Test
    void should_run_an_application_that_uses_the_public_packages() throws Exception {
        // given
        ModularApplication application =
                ModularApplication.in(directory, LIBRARY).withMain("""
                        ClientOptions options = ClientOptions.builder().bootstrapServers("127.0.0.1:1").build();
                        try (KafkaClient kafka = KafkaClient.create(options);
                                Producer<String, String> producer = Producer.builder(kafka)
                                        .keySerializer(Serializers.utf8())
                                        .valueSerializer(Serializers.utf8())
                                        .build();
                                Admin admin = Admin.create(kafka)) {
                            kafka.whenReachable(Duration.ofSeconds(5)).handle((reached, failure) -> {
                                System.out.println("reached: " + (failure == null) + " " + failure);
                                return null;
                            }).join();
                        }
                        System.out.println("closed");
                        """);

        // when
        String errors = application.compile();
        ModularApplication.Run run = application.run();

        // then
        assertThat(errors).isEmpty();
        assertThat(run.output())
                .contains("reached: false")
                .contains("127.0.0.1:1")
                .contains("closed");
        assertThat(run.exitValue()).isZero();
    }

    @Test
    void should_refuse_to_compile_an_application_that_names_an_internal_package() throws Exception {
        ModularApplication application = ModularApplication.in(directory, LIBRARY)
                .withMain("System.out.println(dev.ottla.internal.cluster.Cluster.class);");

        assertThat(application.compile())
                .contains("package dev.ottla.internal.cluster is declared in module dev.ottla.core")
                .contains("does not export it to module application");
    }

    @Test
    void should_refuse_reflection_on_an_internal_class_when_it_runs() throws Exception {
        // given
        ModularApplication application =
                ModularApplication.in(directory, LIBRARY).withMain("""
                        Class<?> internal = Class.forName("dev.ottla.internal.cluster.ClusterFailures");
                        internal.getDeclaredConstructor().setAccessible(true);
                        System.out.println("reached");
                        """);

        // when
        String errors = application.compile();
        ModularApplication.Run run = application.run();

        // then
        assertThat(errors).isEmpty();
        assertThat(run.output()).contains("InaccessibleObjectException").doesNotContain("reached");
        assertThat(run.exitValue()).isOne();
    }
}
