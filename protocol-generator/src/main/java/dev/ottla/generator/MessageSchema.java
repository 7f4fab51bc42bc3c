package dev.ottla.generator;

import java.util.List;

/**
 * One schema file.
 *
 * @param apiKey -1 for headers and data
 * @param root the message's own fields
 * @param structs all structs inside, in the order in which the schema mentions them
 * @param digest the start of the SHA-256 of the file
 */
record MessageSchema(
        String name,
        Kind kind,
        int apiKey,
        Versions validVersions,
        Versions flexibleVersions,
        boolean latestVersionUnstable,
        Struct root,
        List<Struct> structs,
        String digest) {

    /** The four kinds of messages. */
    enum Kind {
        REQUEST,
        RESPONSE,
        HEADER,
        DATA
    }

    MessageSchema {
        structs = List.copyOf(structs);
    }

    /** Whether any version is left: Kafka keeps the files of removed APIs. */
    boolean isAlive() {
        return !validVersions.isEmpty();
    }

    /** The API's name, such as {@code Heartbeat} for {@code HeartbeatRequest}; the message's own name if it is of no API. */
    String apiName() {
        return switch (kind) {
            case REQUEST -> name.substring(0, name.length() - "Request".length());
            case RESPONSE -> name.substring(0, name.length() - "Response".length());
            case HEADER, DATA -> name;
        };
    }

    /** Whether this is the message itself; no struct inside may have the same name. */
    boolean isRoot(Struct struct) {
        return struct.name().equals(name);
    }

    Struct struct(String structName) {
        return structs.stream()
                .filter(struct -> struct.name().equals(structName))
                .findFirst()
                .orElseThrow(() -> new GenerationException(name + " has no struct " + structName));
    }
}
