package dev.ottla.generator;

import dev.ottla.generator.MessageSchema.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes {@code enum ApiKey}: one row per API. */
final class ApiKeyEmitter {
    private static final String BODY = """

                private static final @Nullable ApiKey[] BY_ID = byId();

                private final short id;
                private final short lowestVersion;
                private final short highestVersion;
                private final short flexibleFrom;

                ApiKey(int id, int lowestVersion, int highestVersion, int flexibleFrom) {
                    this.id = (short) id;
                    this.lowestVersion = (short) lowestVersion;
                    this.highestVersion = (short) highestVersion;
                    this.flexibleFrom = (short) flexibleFrom;
                }

                /** The API with this number in request headers and ApiVersions answers; null for one that is not in this table. */
                public static @Nullable ApiKey forId(short id) {
                    return id < 0 || id >= BY_ID.length ? null : BY_ID[id];
                }

                public short id() {
                    return id;
                }

                public short lowestVersion() {
                    return lowestVersion;
                }

                /** The highest version that Kafka calls stable; the schema may have one more. */
                public short highestVersion() {
                    return highestVersion;
                }

                /** The first version with compact lengths and tagged fields (KIP-482); {@link #NEVER_FLEXIBLE} if there is none. */
                public short flexibleFrom() {
                    return flexibleFrom;
                }

                public boolean hasVersion(short version) {
                    return lowestVersion <= version && version <= highestVersion;
                }

                /** The version of the header in front of a request of this version. */
                public short requestHeaderVersion(short version) {
                    return (short) (version >= flexibleFrom ? 2 : 1);
                }

                /**
                 * The version of the header in front of the answer to a request of this version. KIP-511: in front of an
                 * ApiVersions answer it is always 0, because the client cannot know yet what the broker understands.
                 */
                public short responseHeaderVersion(short version) {
                    return (short) (version >= flexibleFrom && this != API_VERSIONS ? 1 : 0);
                }
            """;

    private static final String TAIL = """

                private void requireVersion(short version) {
                    if (!hasVersion(version)) {
                        throw new IllegalArgumentException(
                                this + " has versions " + lowestVersion + " to " + highestVersion + ", not " + version);
                    }
                }

                private static @Nullable ApiKey[] byId() {
                    @Nullable ApiKey[] table = new ApiKey[HIGHEST_ID + 1];
                    for (ApiKey each : values()) {
                        table[each.id] = each;
                    }
                    return table;
                }
            }
            """;

    private ApiKeyEmitter() {}

    /** The constant of the message's API: {@code HEARTBEAT} for {@code HeartbeatRequest}. */
    static String constant(MessageSchema message) {
        return message.apiName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    static String emit(List<MessageSchema> messages) {
        List<MessageSchema> requests = messages.stream()
                .filter(message -> message.kind() == Kind.REQUEST)
                .sorted(Comparator.comparingInt(MessageSchema::apiKey))
                .toList();
        int highestId = requests.get(requests.size() - 1).apiKey();
        JavaWriter java = new JavaWriter();
        java.line("package " + MessageEmitter.PACKAGE + ";").gap();
        for (String type : List.of(
                "dev.ottla.internal.concurrent.Immutable", "dev.ottla.internal.protocol.RequestMessage",
                "dev.ottla.internal.protocol.ResponseMessage", "dev.ottla.internal.protocol.Wire",
                "io.netty.buffer.ByteBuf", "org.jspecify.annotations.Nullable")) {
            java.line("import " + type + ";");
        }
        java.gap()
                .line("/** The APIs that a client can meet: number, versions, first flexible version. */")
                .line("@Immutable")
                .line("public enum ApiKey {");
        for (int i = 0; i < requests.size(); i++) {
            java.line(row(requests.get(i)) + (i < requests.size() - 1 ? "," : ";"));
        }
        java.gap()
                .line("/** The first flexible version of an API that has none. */")
                .line("public static final short NEVER_FLEXIBLE = Short.MAX_VALUE;")
                .gap()
                .line("private static final int HIGHEST_ID = " + highestId + ";");
        java.block(BODY);
        emitReader(java, requests, "Request", "RequestMessage<?>");
        emitReader(java, requests, "Response", "ResponseMessage");
        java.block(TAIL);
        return MessageEmitter.header("all requests") + java;
    }

    private static String row(MessageSchema request) {
        Versions valid = request.validVersions();
        int highest = request.latestVersionUnstable() ? valid.highest() - 1 : valid.highest();
        Versions flexible = request.flexibleVersions();
        return constant(request) + "(" + request.apiKey() + ", " + valid.lowest() + ", " + highest + ", "
                + (flexible.isEmpty() ? "ApiKey.NEVER_FLEXIBLE" : flexible.lowest()) + ")";
    }

    private static void emitReader(JavaWriter java, List<MessageSchema> requests, String suffix, String type) {
        java.gap()
                .line("/** Reads a " + suffix.toLowerCase(Locale.ROOT)
                        + " of this API, which must fill the buffer to its end. Borrows the buffer for the call. */")
                .line("public " + type + " read" + suffix + "(ByteBuf in, short version) {")
                .line("requireVersion(version);")
                .line("return switch (this) {");
        for (MessageSchema request : requests) {
            String message = request.apiName() + suffix;
            java.line("case " + constant(request) + " -> Wire.readToEnd(in, version, \"" + message + "\", " + message
                    + "::read);");
        }
        java.line("};").line("}");
    }
}
