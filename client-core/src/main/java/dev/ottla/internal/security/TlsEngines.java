package dev.ottla.internal.security;

import dev.ottla.config.TlsOptions;
import dev.ottla.errors.InvalidOption;
import dev.ottla.errors.InvalidOptionsException;
import dev.ottla.internal.concurrent.ThreadSafe;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes the JDK's TLS engine for each connection, from keys and certificates that were read once. Thread-safe; made on the
 * user's thread, used by all loops.
 */
@ThreadSafe
public final class TlsEngines {
    private static final String HTTPS = "HTTPS";

    private final TlsOptions options;
    private final SSLContext context;
    private final boolean hasIdentity;

    private TlsEngines(TlsOptions options, SSLContext context, boolean hasIdentity) {
        this.options = options;
        this.context = context;
        this.hasIdentity = hasIdentity;
    }

    /**
     * Reads keys and certificates; blocks while it reads files.
     *
     * @throws InvalidOptionsException naming everything that can't be read or is not known to the JDK
     */
    public static TlsEngines load(TlsOptions options) {
        List<InvalidOption> problems = new ArrayList<>();
        KeyMaterial material = new KeyMaterial(options);
        KeyManager @Nullable [] identity = null;
        X509ExtendedTrustManager trust = null;
        try {
            identity = material.identity();
        } catch (KeyMaterialException e) {
            problems.add(e.toProblem());
        }
        try {
            trust = material.trust();
        } catch (KeyMaterialException e) {
            problems.add(e.toProblem());
        }
        SSLContext context = context(options, problems);
        if (context == null || trust == null || !problems.isEmpty()) {
            throw new InvalidOptionsException(problems);
        }
        init(context, identity, new BrokerTrust(trust));
        return new TlsEngines(options, context, identity != null);
    }

    private static @Nullable SSLContext context(TlsOptions options, List<InvalidOption> problems) {
        try {
            SSLContext context = newContext(options);
            // Knows what it supports only when it is set up, for which no keys are needed.
            context.init(null, new TrustManager[0], null);
            SSLParameters known = context.getSupportedSSLParameters();
            requireKnown("ssl.enabled.protocols", options.enabledProtocols(), known.getProtocols(), problems);
            requireKnown("ssl.cipher.suites", options.cipherSuites(), known.getCipherSuites(), problems);
            return newContext(options);
        } catch (GeneralSecurityException e) {
            String option = options.provider().isPresent() ? "ssl.provider" : "ssl.protocol";
            problems.add(new InvalidOption(option, "is not known to this JDK: " + e.getMessage()));
            return null;
        }
    }

    private static SSLContext newContext(TlsOptions options) throws GeneralSecurityException {
        return options.provider().isPresent()
                ? SSLContext.getInstance(options.protocol(), options.provider().get())
                : SSLContext.getInstance(options.protocol());
    }

    private static void requireKnown(String option, List<String> given, String[] known, List<InvalidOption> problems) {
        List<String> unknown = given.stream()
                .filter(name -> !Arrays.asList(known).contains(name))
                .toList();
        if (!unknown.isEmpty()) {
            problems.add(new InvalidOption(option, "has " + unknown + ", which this JDK does not know"));
        }
    }

    private static void init(SSLContext context, KeyManager @Nullable [] identity, TrustManager trust) {
        try {
            context.init(identity, new TrustManager[] {trust}, null);
        } catch (GeneralSecurityException e) {
            throw new InvalidOptionsException(
                    List.of(new InvalidOption("ssl.protocol", "can't be set up: " + e.getMessage())));
        }
    }

    /** An engine for a connection to this host; it checks that the broker's certificate names it, unless that is off. */
    public SSLEngine newEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(nameInCertificate(host), port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(options.enabledProtocols().toArray(String[]::new));
        if (!options.cipherSuites().isEmpty()) {
            parameters.setCipherSuites(options.cipherSuites().toArray(String[]::new));
        }
        if (options.verifiesHostname()) {
            parameters.setEndpointIdentificationAlgorithm(HTTPS);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Certificates have neither the dot that ends an absolute name nor the zone of an IPv6 address. */
    private static String nameInCertificate(String host) {
        int zone = host.indexOf('%');
        String name = zone < 0 ? host : host.substring(0, zone);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** Whether the client has a certificate of its own to show. */
    public boolean hasIdentity() {
        return hasIdentity;
    }

    /** The options that the engines are made from. */
    public TlsOptions options() {
        return options;
    }
}
