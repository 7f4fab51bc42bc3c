package dev.ottla.modules;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The library's modules and what they need at run time, found on the class path of the tests. */
final class LibraryModules {
    static final Set<String> ENTRIES = Set.of("dev.ottla.producer", "dev.ottla.consumer", "dev.ottla.admin");

    private final Set<ModuleReference> needed;

    private LibraryModules(Set<ModuleReference> needed) {
        this.needed = needed;
    }

    static LibraryModules find() {
        ModuleFinder classPath = ModuleFinder.compose(
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(Path::of)
                        .map(ModuleFinder::of)
                        .filter(LibraryModules::isReadable)
                        .toArray(ModuleFinder[]::new));
        Configuration resolved = ModuleLayer.boot().configuration().resolve(classPath, ModuleFinder.of(), ENTRIES);
        return new LibraryModules(
                resolved.modules().stream().map(ResolvedModule::reference).collect(Collectors.toSet()));
    }

    /** False for a jar of the tests that no module name can be made of. */
    private static boolean isReadable(ModuleFinder entry) {
        try {
            entry.findAll();
            return true;
        } catch (FindException notAModule) {
            return false;
        }
    }

    Set<String> names() {
        return needed.stream().map(module -> module.descriptor().name()).collect(Collectors.toSet());
    }

    List<ModuleDescriptor> own() {
        return needed.stream()
                .map(ModuleReference::descriptor)
                .filter(module -> module.name().startsWith("dev.ottla."))
                .toList();
    }

    List<ModuleDescriptor> all() {
        return needed.stream().map(ModuleReference::descriptor).toList();
    }

    String path() {
        return needed.stream()
                .map(module -> Path.of(module.location().orElseThrow()).toString())
                .sorted()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
