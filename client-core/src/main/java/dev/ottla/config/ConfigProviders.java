package dev.ottla.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${provider:path:key}</code> in values (KIP-297), for the providers that {@code config.providers}
 * names:
 * Kafka's own three, by class name, without the classes. Where it names none, values stay as they are.
 */
final class ConfigProviders {
    static final String PARAMETER_PREFIX = "config.providers.";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]*):(?:([^}]*?):)?([^}]*?)}");
    private static final String KAFKA_PACKAGE = "org.apache.kafka.common.config.provider.";

    private final Map<String, Provider> providers;

    private ConfigProviders(Map<String, Provider> providers) {
        this.providers = providers;
    }

    /** Looks one value up; throws IllegalArgumentException with the reason if there is none. */
    @FunctionalInterface
    private interface Provider {
        String value(String path, String key);
    }

    /** The providers that a configuration declares. */
    static ConfigProviders of(KafkaConfig config, OptionChecks checks) {
        Map<String, Provider> providers = new HashMap<>();
        String names = config.value(ClientKeys.CONFIG_PROVIDERS.name()).orElse("");
        for (String name : ValueTypes.list().parse(names)) {
            try {
                providers.put(name, provider(name, config));
            } catch (IllegalArgumentException e) {
                checks.unknown(PARAMETER_PREFIX + name, String.valueOf(e.getMessage()));
            }
        }
        return new ConfigProviders(providers);
    }

    /**
     * The text with its placeholders replaced; those of undeclared providers stay.
     *
     * @throws IllegalArgumentException if a declared provider has no value
     */
    String resolve(String text) {
        if (providers.isEmpty() || !text.contains("${")) {
            return text;
        }
        return PLACEHOLDER.matcher(text).replaceAll(match -> {
            Provider provider = providers.get(match.group(1));
            String path = Optional.ofNullable(match.group(2)).orElse("");
            String value = provider == null ? match.group() : provider.value(path, match.group(3));
            return Matcher.quoteReplacement(value);
        });
    }

    private static Provider provider(String name, KafkaConfig config) {
        String className = config.value(PARAMETER_PREFIX + name + ".class")
                .map(String::strip)
                .orElse(name);
        String parameters = PARAMETER_PREFIX + name + ".param.";
        return switch (className) {
            case KAFKA_PACKAGE + "FileConfigProvider", "file" -> {
                List<Path> allowed = allowedPaths(config.value(parameters + "allowed.paths"));
                yield (path, key) -> fromFile(allowedPath(path, allowed), key);
            }
            case KAFKA_PACKAGE + "DirectoryConfigProvider", "dir" -> {
                List<Path> allowed = allowedPaths(config.value(parameters + "allowed.paths"));
                yield (path, key) -> fromDirectory(allowedPath(path, allowed), key);
            }
            case KAFKA_PACKAGE + "EnvVarConfigProvider", "env" -> {
                Pattern allowed = allowedVariables(config.value(parameters + "allowlist.pattern"));
                yield (path, key) -> fromEnvironment(key, allowed);
            }
            default ->
                throw new IllegalArgumentException(className + " is not one of Kafka's own providers"
                        + " (FileConfigProvider, DirectoryConfigProvider, EnvVarConfigProvider);"
                        + " no class is loaded by name");
        };
    }

    private static String fromFile(Path file, String key) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("refers to file " + file + ", which can not be read", e);
        }
        return required(properties.getProperty(key), key, "file " + file);
    }

    private static String fromDirectory(Path directory, String key) {
        Path file = directory.resolve(key).normalize();
        if (!directory.equals(file.getParent())) {
            throw new IllegalArgumentException("refers to \"" + key + "\", which is not a file in " + directory);
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("refers to file " + file + ", which can not be read", e);
        }
    }

    private static String fromEnvironment(String variable, Pattern allowed) {
        if (!allowed.matcher(variable).matches()) {
            throw new IllegalArgumentException("refers to variable " + variable + ", which allowlist.pattern excludes");
        }
        return required(System.getenv(variable), variable, "the environment");
    }

    private static String required(@Nullable String value, String key, String place) {
        if (value == null) {
            throw new IllegalArgumentException("refers to \"" + key + "\", which is not in " + place);
        }
        return value;
    }

    private static List<Path> allowedPaths(Optional<String> parameter) {
        return parameter.stream()
                .flatMap(paths -> Arrays.stream(paths.split(",")))
                .map(path -> Path.of(path.strip()).toAbsolutePath().normalize())
                .toList();
    }

    private static Path allowedPath(String text, List<Path> allowed) {
        Path path = Path.of(text).toAbsolutePath().normalize();
        if (!allowed.isEmpty() && allowed.stream().noneMatch(path::startsWith)) {
            throw new IllegalArgumentException("refers to " + path + ", which is not under allowed.paths");
        }
        return path;
    }

    private static Pattern allowedVariables(Optional<String> parameter) {
        try {
            return Pattern.compile(parameter.map(String::strip).orElse(".*"));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("allowlist.pattern is not a regular expression", e);
        }
    }
}
