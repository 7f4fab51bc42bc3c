package dev.ottla.internal.security;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.time.Instant;

/** An authority and what it has issued, made anew for each run. */
public final class TestCertificates {
    public static final X509Bundle AUTHORITY = authority("CN=test authority");
    public static final X509Bundle OTHER_AUTHORITY = authority("CN=other authority");

    private TestCertificates() {}

    public static X509Bundle authority(String subject) {
        try {
            return new CertificateBuilder()
                    .rsa2048()
                    .subject(subject)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for 127.0.0.1 and localhost. */
    public static X509Bundle broker() {
        return issued(certificate("CN=broker").addSanDnsName("localhost").addSanIpAddress("127.0.0.1"));
    }

    public static X509Bundle brokerNamed(String host) {
        return issued(certificate("CN=broker").addSanDnsName(host));
    }

    /** A certificate without alternative names, as old ones are. */
    public static X509Bundle brokerWithSubject(String subject) {
        return issued(certificate(subject));
    }

    public static X509Bundle expiredBroker() {
        Instant now = Instant.now();
        return issued(certificate("CN=broker")
                .addSanIpAddress("127.0.0.1")
                .notBefore(now.minus(Duration.ofDays(9)))
                .notAfter(now.minus(Duration.ofDays(1))));
    }

    public static X509Bundle client() {
        return issued(certificate("CN=client"));
    }

    private static CertificateBuilder certificate(String subject) {
        return new CertificateBuilder().rsa2048().subject(subject);
    }

    private static X509Bundle issued(CertificateBuilder builder) {
        try {
            return builder.buildIssuedBy(AUTHORITY);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The broker's side, which accepts clients of the authority if {@code clientAuth} says that it asks them. */
    public static SslContext brokerSide(X509Bundle broker, ClientAuth clientAuth, String... protocols) {
        try {
            return SslContextBuilder.forServer(broker.getKeyPair().getPrivate(), broker.getCertificatePath())
                    .sslProvider(SslProvider.JDK)
                    .trustManager(AUTHORITY.getRootCertificate())
                    .clientAuth(clientAuth)
                    .protocols(protocols)
                    .build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
