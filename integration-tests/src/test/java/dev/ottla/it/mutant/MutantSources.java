package dev.ottla.it.mutant;

import dev.ottla.it.mutant.Mutant.Edit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles the changed classes of a mutant, in memory. */
final class MutantSources {
    private MutantSources() {}

    /** The classes of every source that the mutant changes, by name. */
    static Map<String, byte[]> compile(Mutant mutant) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Edit edit : mutant.edits()) {
            String text = texts.computeIfAbsent(edit.source(), MutantSources::read);
            texts.put(edit.source(), replace(text, edit));
        }
        List<JavaFileObject> sources = new ArrayList<>();
        texts.forEach((source, text) -> sources.add(new Source(source, text)));
        return compile(sources);
    }

    private static String read(String source) {
        String first = source.substring(0, source.indexOf('/'));
        String module = first.equals("internal") ? "core" : first;
        Path file = Path.of("..", "client-" + module, "src", "main", "java", "dev", "ottla", source + ".java");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String replace(String text, Edit edit) {
        int at = text.indexOf(edit.before());
        if (at < 0 || text.indexOf(edit.before(), at + 1) >= 0) {
            throw new IllegalStateException("the mutant's \"" + edit.before() + "\" is not, or not just once, in "
                    + edit.source() + " any more: tell the bug in terms of what is there now");
        }
        return text.replace(edit.before(), edit.after());
    }

    private static Map<String, byte[]> compile(List<JavaFileObject> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                JavaFileManager inMemory = new InMemory(files, compiled)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-classpath", System.getProperty("java.class.path"));
            boolean isGood = compiler.getTask(messages, inMemory, null, options, null, sources)
                    .call();
            if (!isGood) {
                throw new IllegalStateException("the mutant is no Java: " + messages);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> classes = new HashMap<>();
        compiled.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String source, String text) {
            super(URI.create("string:///dev/ottla/" + source + Kind.SOURCE.extension), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoresEncodingErrors) {
            return text;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> compiled;

        InMemory(JavaFileManager files, Map<String, ByteArrayOutputStream> compiled) {
            super(files);
            this.compiled = compiled;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return compiled.computeIfAbsent(className, name -> new ByteArrayOutputStream());
                }
            };
        }
    }
}
