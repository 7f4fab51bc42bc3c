package dev.ottla.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ottla.generator.FieldType.Array;
import dev.ottla.generator.FieldType.Primitive;
import dev.ottla.generator.MessageSchema.Kind;
import org.junit.jupiter.api.Test;

class SchemaParserTest {

    @Test
    void should_read_a_message_with_comments() {
        MessageSchema schema = parse("""
                // A comment before
                { "apiKey": 12, "type": "request", "name": "PingRequest", "validVersions": "0-2", "flexibleVersions": "2+",
                  "latestVersionUnstable": true,
                  "fields": [ // a comment inside
                    { "name": "GroupId", "type": "string", "versions": "0+", "nullableVersions": "1+", "default": "null" },
                    { "name": "Ids", "type": "[]int32", "versions": "1-9", "ignorable": true } ] }
                """);

        assertThat(schema.kind()).isEqualTo(Kind.REQUEST);
        assertThat(schema.apiKey()).isEqualTo(12);
        assertThat(schema.apiName()).isEqualTo("Ping");
        assertThat(schema.latestVersionUnstable()).isTrue();
        Field groupId = schema.root().fields().get(0);
        assertThat(groupId.name()).isEqualTo("groupId");
        assertThat(groupId.nullableVersions()).isEqualTo(Versions.parse("1-2"));
        assertThat(groupId.defaultsToNull()).isTrue();
        Field ids = schema.root().fields().get(1);
        assertThat(ids.type()).isEqualTo(new Array(Primitive.INT32));
        assertThat(ids.versions()).isEqualTo(Versions.parse("1-2"));
        assertThat(ids.ignorable()).isTrue();
    }

    @Test
    void should_read_a_removed_message_that_has_no_fields_and_no_flexible_versions() {
        MessageSchema schema = parse(
                "{ \"apiKey\": 5, \"type\": \"request\", \"name\": \"GoneRequest\", \"validVersions\": \"none\" }");

        assertThat(schema.isAlive()).isFalse();
        assertThat(schema.flexibleVersions()).isEqualTo(Versions.NONE);
    }

    @Test
    void should_drop_fields_of_versions_that_were_removed() {
        MessageSchema schema = message("2-3", "{ \"name\": \"Old\", \"type\": \"int8\", \"versions\": \"0-1\" }");

        assertThat(schema.root().fields()).isEmpty();
    }

    @Test
    void should_give_a_common_struct_the_versions_of_all_its_uses() {
        MessageSchema schema = parse("""
                { "type": "data", "name": "Twice", "validVersions": "0-9", "flexibleVersions": "none",
                  "fields": [
                    { "name": "Early", "type": "Part", "versions": "1-3" },
                    { "name": "Late", "type": "[]Part", "versions": "5-7" } ],
                  "commonStructs": [ { "name": "Part", "versions": "0+", "fields": [
                    { "name": "Always", "type": "int8", "versions": "0+" },
                    { "name": "Never", "type": "int8", "versions": "8+" } ] } ] }
                """);

        Struct part = schema.struct("Part");
        assertThat(part.versions()).isEqualTo(Versions.parse("1-7"));
        assertThat(part.fields()).extracting(Field::name).containsExactly("always");
    }

    @Test
    void should_name_the_file_when_it_makes_no_sense() {
        assertThatThrownBy(() -> SchemaParser.parse("A.json", "{", ""))
                .isInstanceOf(GenerationException.class)
                .hasMessageStartingWith("A.json: ");
        assertThatThrownBy(() -> message("0", "{ \"name\": \"A\", \"type\": \"int128\", \"versions\": \"0+\" }"))
                .hasMessage("Some.json: unknown field type int128");
        assertThatThrownBy(() -> message("0", "{ \"name\": \"A\", \"type\": \"[]bool\", \"versions\": \"0+\" }"))
                .hasMessage("Some.json: arrays of BOOL are not supported");
        assertThatThrownBy(() -> message("0", "{ \"name\": \"A\", \"type\": \"[]Lost\", \"versions\": \"0+\" }"))
                .hasMessage("Some.json: struct Lost is declared nowhere");
        assertThatThrownBy(
                        () -> message(
                                "0-1",
                                "{ \"name\": \"A\", \"type\": \"int8\", \"versions\": \"0+\", \"taggedVersions\": \"1+\", \"tag\": 0 }"))
                .hasMessage("Some.json: field A is tagged in some of its versions only");
    }

    static MessageSchema message(String validVersions, String fields) {
        return parse("{ \"type\": \"data\", \"name\": \"Some\", \"validVersions\": \"" + validVersions
                + "\", \"flexibleVersions\": \"1+\", \"fields\": [" + fields + "] }");
    }

    private static MessageSchema parse(String json) {
        return SchemaParser.parse("Some.json", json, "digest");
    }
}
