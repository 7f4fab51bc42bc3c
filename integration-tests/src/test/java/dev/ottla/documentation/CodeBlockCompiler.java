package dev.ottla.documentation;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles a block against the class path of the tests, and says in the document's lines what is wrong with it. */
final class CodeBlockCompiler {
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final Path outputDirectory;

    CodeBlockCompiler(Path outputDirectory) {
        this.outputDirectory = outputDirectory;
    }

    List<String> complaintsAbout(CodeBlock block) {
        DiagnosticCollector<JavaFileObject> complaints = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-proc:none",
                "-Xlint:all,-path,-processing",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                outputDirectory.toString());
        compiler.getTask(null, null, complaints, options, null, List.of(new Source(block)))
                .call();
        return complaints.getDiagnostics().stream()
                .map(complaint -> describe(block, complaint))
                .toList();
    }

    private static String describe(CodeBlock block, Diagnostic<? extends JavaFileObject> complaint) {
        long line = block.line() + complaint.getLineNumber() - 1 - block.linesBeforeCode();
        return block.file() + ":" + line + ": " + complaint.getMessage(Locale.ENGLISH);
    }

    private static final class Source extends SimpleJavaFileObject {
        private final CodeBlock block;

        Source(CodeBlock block) {
            super(URI.create("string:///" + block.className() + ".java"), Kind.SOURCE);
            this.block = block;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return block.source();
        }
    }
}
