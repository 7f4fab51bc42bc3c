package dev.ottla.config;

import java.nio.file.Path;

/**
 * Where a configured value came from. Immutable.
 *
 * @param source the kind of place
 * @param location the file's path or the variable's name; empty for code and defaults
 */
public record ConfigOrigin(Source source, String location) {

    /** The kinds of places. */
    public enum Source {
        /** The table of keys. */
        DEFAULT,
        /** A properties file. */
        FILE,
        /** An environment variable. */
        ENVIRONMENT,
        /** A map, properties or a typed option given by the program. */
        CODE
    }

    static final ConfigOrigin BY_DEFAULT = new ConfigOrigin(Source.DEFAULT, "");
    static final ConfigOrigin BY_CODE = new ConfigOrigin(Source.CODE, "");

    static ConfigOrigin file(Path path) {
        return new ConfigOrigin(Source.FILE, path.toString());
    }

    static ConfigOrigin environment(String variable) {
        return new ConfigOrigin(Source.ENVIRONMENT, variable);
    }

    @Override
    public String toString() {
        return switch (source) {
            case DEFAULT -> "default";
            case FILE -> "file " + location;
            case ENVIRONMENT -> "environment variable " + location;
            case CODE -> "code";
        };
    }
}
