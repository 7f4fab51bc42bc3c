package dev.ottla.config;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The value of {@code sasl.jaas.config}: one login module with its options, as
 * {@code org.apache.kafka.common.security.plain.PlainLoginModule required username="a" password="b";}. The module is
 * only
 * a name: no login module is loaded, and other names than those below are refused. Immutable; the options are never
 * shown.
 */
public final class JaasConfig {
    private static final Map<String, Module> MODULES = Map.of(
            "org.apache.kafka.common.security.plain.PlainLoginModule", Module.PLAIN,
            "org.apache.kafka.common.security.scram.ScramLoginModule", Module.SCRAM,
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule", Module.OAUTHBEARER,
            "com.sun.security.auth.module.Krb5LoginModule", Module.KERBEROS);

    private final Module module;
    private final Map<String, Secret> options;

    private JaasConfig(Module module, Map<String, Secret> options) {
        this.module = module;
        this.options = Map.copyOf(options);
    }

    /** The login modules that are understood. */
    public enum Module {
        /** User name and password. */
        PLAIN,
        /** User name and password, for both SCRAM mechanisms. */
        SCRAM,
        /** A bearer token. */
        OAUTHBEARER,
        /** Kerberos 5. */
        KERBEROS
    }

    /**
     * Reads the syntax of a JAAS file's entry. No message of this method quotes the text, which holds secrets.
     *
     * @throws IllegalArgumentException if the text is not one entry of an understood module
     */
    public static JaasConfig parse(String text) {
        try {
            return new Parser(text).entry();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // A string is read, which can not fail.
        }
    }

    static ValueType<JaasConfig> type() {
        return new ValueType<>(
                "login module with options", JaasConfig::parse, ValueType.Check.none(), JaasConfig::toString, true);
    }

    /** The login module. */
    public Module module() {
        return module;
    }

    /** The option with this name, such as {@code username} or {@code password}. */
    public Optional<Secret> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JaasConfig that && module == that.module && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return 31 * module.hashCode() + options.hashCode();
    }

    /** The module and the names of the options, not their values. */
    @Override
    public String toString() {
        return module + " " + options.keySet();
    }

    private static final class Parser {
        private final StreamTokenizer tokens;

        Parser(String text) {
            tokens = new StreamTokenizer(new StringReader(text));
            tokens.slashSlashComments(true);
            tokens.slashStarComments(true);
            tokens.wordChars('-', '-');
            tokens.wordChars('_', '_');
            tokens.wordChars('$', '$');
        }

        JaasConfig entry() throws IOException {
            Module module = MODULES.get(word("the login module"));
            if (module == null) {
                throw new IllegalArgumentException(
                        "must name one of the login modules " + new TreeSet<>(MODULES.keySet()));
            }
            switch (word("the control flag").toLowerCase(Locale.ROOT)) {
                case "required", "requisite", "sufficient", "optional" -> {}
                default ->
                    throw new IllegalArgumentException("must have a control flag, such as required, after the module");
            }
            Map<String, Secret> options = new LinkedHashMap<>();
            while (tokens.nextToken() != ';') {
                tokens.pushBack();
                String name = word("an option or ;");
                ValueTypes.require(tokens.nextToken() == '=', "must have = after the option " + name);
                options.put(name, Secret.of(word("a value for the option " + name)));
            }
            ValueTypes.require(tokens.nextToken() == StreamTokenizer.TT_EOF, "must end after the first ;");
            return new JaasConfig(module, options);
        }

        private String word(String expected) throws IOException {
            int type = tokens.nextToken();
            String word = tokens.sval;
            boolean isText = type == StreamTokenizer.TT_WORD || type == '"' || type == '\'';
            if (!isText || word == null) {
                throw new IllegalArgumentException("must have " + expected + " where it ends or has something else;"
                        + " values with other characters than letters and digits need double quotes");
            }
            return word;
        }
    }
}
