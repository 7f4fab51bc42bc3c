package dev.ottla.generator;

/** {@code write}: one pass; a value that the version cannot carry is refused unless the schema calls it ignorable. */
final class WriteRule {
    private WriteRule() {}

    static void emit(JavaWriter java, Struct struct, MessageSchema message) {
        WireCalls calls = new WireCalls(struct, message);
        java.gap();
        if (message.isRoot(struct)) {
            java.line("@Override").line("public void write(ByteBuf out, short version) {");
        } else {
            java.line("void write(ByteBuf out, short version) {");
        }
        ReadRule.emitFlexible(java, struct);
        for (Field field : struct.untaggedFields()) {
            String has = field.versions().condition(struct.versions(), "version");
            if (has.equals("true")) {
                calls.write(java, field, "out");
                continue;
            }
            java.line("if (" + has + ") {");
            calls.write(java, field, "out");
            if (!field.ignorable()) {
                JavaField names = JavaField.of(struct, field, message);
                java.line("} else if (" + names.differsFromDefault() + ") {")
                        .line("throw Wire.notInVersion(" + names.path() + ", version);");
            }
            java.line("}");
        }
        TaggedRule.emitWrite(java, struct, message);
        java.line("}");
    }
}
