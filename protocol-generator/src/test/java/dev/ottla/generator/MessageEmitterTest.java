package dev.ottla.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What each rule writes, line by line; that all of it is right on the wire, the differential test of client-core shows. */
class MessageEmitterTest {
    private static final String PING_REQUEST = """
            // Generated from PingRequest.json by the protocol-generator module. Changes here are lost.
            package dev.ottla.internal.protocol.message;

            import dev.ottla.internal.concurrent.Immutable;
            import dev.ottla.internal.protocol.RequestMessage;
            import dev.ottla.internal.protocol.TaggedFields;
            import dev.ottla.internal.protocol.Wire;
            import io.netty.buffer.ByteBuf;

            /** PingRequest: API key 12, versions 0-4, flexible from 4. */
            @Immutable
            public record PingRequest(
                    String groupId,
                    short since,
                    TaggedFields unknownTags) implements RequestMessage<PingResponse> {

                public PingRequest(String groupId, short since) {
                    this(groupId, since, TaggedFields.NONE);
                }

                public static PingRequest read(ByteBuf in, short version) {
                    boolean flexible = version >= 4;
                    String groupId = Wire.readString(in, flexible, "PingRequest.groupId");
                    short since = version >= 3 ? Wire.readShort(in, "PingRequest.since") : -1;
                    TaggedFields unknownTags = flexible ? TaggedFields.read(in, "PingRequest") : TaggedFields.NONE;
                    return new PingRequest(groupId, since, unknownTags);
                }

                @Override
                public ApiKey apiKey() {
                    return ApiKey.PING;
                }

                @Override
                public PingResponse readResponse(ByteBuf in, short version) {
                    return Wire.readToEnd(in, version, "PingResponse", PingResponse::read);
                }

                @Override
                public void write(ByteBuf out, short version) {
                    boolean flexible = version >= 4;
                    Wire.writeString(out, groupId, flexible, "PingRequest.groupId");
                    if (version >= 3) {
                        out.writeShort(since);
                    } else if (since != -1) {
                        throw Wire.notInVersion("PingRequest.since", version);
                    }
                    unknownTags.write(out, flexible);
                }
            }
            """;

    @Test
    void should_write_a_request_whose_fields_differ_by_version() {
        String source = MessageEmitter.emit(SchemaParser.parse("PingRequest.json", """
                { "apiKey": 12, "type": "request", "name": "PingRequest", "validVersions": "0-4", "flexibleVersions": "4+",
                  "fields": [
                    { "name": "GroupId", "type": "string", "versions": "0+" },
                    { "name": "Since", "type": "int16", "versions": "3+", "default": "-1" } ] }
                """, ""));

        assertThat(source).isEqualTo(PING_REQUEST);
    }

    @Test
    void should_read_and_write_null_only_where_the_version_allows_it() {
        String source = emit(
                "0-2",
                "{ \"name\": \"Rack\", \"type\": \"string\", \"versions\": \"0+\", \"nullableVersions\": \"1+\" }");

        assertThat(source)
                .contains("@Nullable String rack,")
                .contains("String rack = (version >= 1 ? Wire.readNullableString(in, flexible, \"Some.rack\")"
                        + " : Wire.readString(in, flexible, \"Some.rack\"));")
                .contains("if (rack == null && version < 1) {")
                .contains("throw Wire.nullInVersion(\"Some.rack\", version);");
    }

    @Test
    void should_keep_a_tag_as_unknown_before_the_version_that_defines_it() {
        String source = emit(
                "1-3",
                "{ \"name\": \"Epoch\", \"type\": \"int32\", \"versions\": \"2+\", \"taggedVersions\": \"2+\", \"tag\": 5, \"default\": \"-1\" }");

        assertThat(source)
                .contains("int epoch = -1;")
                .contains("case 5 -> {")
                .contains("if (version >= 2) {")
                .contains("epoch = Wire.readInt(tags.field(), \"Some.epoch\");")
                .contains("if (version < 2 && epoch != -1) {")
                .contains("if (version >= 2 && epoch != -1) {")
                .contains("ByteBuf field = tags.field(5);");
    }

    @Test
    void should_let_a_field_step_aside_for_the_names_of_the_methods() {
        String source = emit("0", "{ \"name\": \"Version\", \"type\": \"int16\", \"versions\": \"0+\" }");

        assertThat(source)
                .contains("short version)")
                .contains("short versionField = Wire.readShort(in, \"Some.version\");")
                .contains("out.writeShort(this.version);");
    }

    @Test
    void should_write_a_builder_with_the_defaults_of_the_schema_for_more_than_four_fields() {
        String source = emit("0", """
                { "name": "A", "type": "int32", "versions": "0+", "default": "0x7fffffff" },
                { "name": "B", "type": "bool", "versions": "0+", "default": "true" },
                { "name": "C", "type": "[]string", "versions": "0+" },
                { "name": "D", "type": "uuid", "versions": "0+" },
                { "name": "E", "type": "string", "versions": "0+", "nullableVersions": "0+", "default": "null" }
                """);

        assertThat(source)
                .contains("private int a = 2147483647;")
                .contains("private boolean b = true;")
                .contains("private List<String> c = List.of();")
                .contains("private UUID d = Wire.ZERO_UUID;")
                .contains("private @Nullable String e = null;")
                .contains("public Builder e(@Nullable String e) {")
                .contains("return new Some(a, b, c, d, e);");
    }

    @Test
    void should_refuse_counts_by_the_fewest_bytes_that_an_element_can_take() {
        MessageSchema schema = SchemaParserTest.message("0-1", """
                { "name": "Parts", "type": "[]Part", "versions": "0+", "fields": [
                  { "name": "Name", "type": "string", "versions": "0+" },
                  { "name": "Id", "type": "uuid", "versions": "0" },
                  { "name": "Replicas", "type": "[]int32", "versions": "0+" } ] }
                """);

        // Version 0: 2 + 16 + 4 bytes. Version 1: two compact lengths and no tags.
        assertThat(ListRule.bytesMin(schema.struct("Part"), schema)).isEqualTo(3);
        assertThat(MessageEmitter.emit(schema)).contains("int count = Wire.readCount(in, version >= 1, 3, path);");
    }

    @Test
    void should_refuse_a_struct_whose_name_the_generated_code_needs() {
        assertThatThrownBy(() ->
                        emit("0", "{ \"name\": \"A\", \"type\": \"[]Builder\", \"versions\": \"0+\", \"fields\": [] }"))
                .hasMessage("Some: the struct name Builder is taken");
    }

    private static String emit(String validVersions, String fields) {
        return MessageEmitter.emit(SchemaParserTest.message(validVersions, fields));
    }
}
