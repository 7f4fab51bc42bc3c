package dev.ottla.config;

import java.time.Duration;
import java.util.Optional;

/** What the SASL mechanism OAUTHBEARER needs: {@code sasl.oauthbearer.*}. Immutable. */
public final class OauthBearerOptions {
    private final OptionValues values;

    OauthBearerOptions(OptionValues values) {
        this.values = values;
    }

    /** {@code sasl.oauthbearer.token.endpoint.url}. */
    public Optional<String> tokenEndpointUrl() {
        return values.find(OauthKeys.TOKEN_ENDPOINT);
    }

    /** {@code sasl.oauthbearer.scope}. */
    public Optional<String> scope() {
        return values.find(OauthKeys.SCOPE);
    }

    /** {@code sasl.oauthbearer.client.credentials.client.id}. */
    public Optional<String> clientId() {
        return values.find(OauthKeys.CLIENT_ID);
    }

    /** {@code sasl.oauthbearer.client.credentials.client.secret}. */
    public Optional<Secret> clientSecret() {
        return values.find(OauthKeys.CLIENT_SECRET);
    }

    /** {@code sasl.oauthbearer.header.urlencode}. By default false. */
    public boolean headerUrlencode() {
        return values.get(OauthKeys.HEADER_URLENCODE);
    }

    /** {@code sasl.oauthbearer.scope.claim.name}. By default scope. */
    public String scopeClaimName() {
        return values.get(OauthKeys.SCOPE_CLAIM);
    }

    /** {@code sasl.oauthbearer.sub.claim.name}. By default sub. */
    public String subClaimName() {
        return values.get(OauthKeys.SUBJECT_CLAIM);
    }

    /** {@code sasl.oauthbearer.assertion.algorithm}: RS256, as by default, or ES256. */
    public String assertionAlgorithm() {
        return values.get(OauthKeys.ASSERTION_ALGORITHM);
    }

    /** {@code sasl.oauthbearer.assertion.file}. */
    public Optional<String> assertionFile() {
        return values.find(OauthKeys.ASSERTION_FILE);
    }

    /** {@code sasl.oauthbearer.assertion.template.file}. */
    public Optional<String> assertionTemplateFile() {
        return values.find(OauthKeys.ASSERTION_TEMPLATE);
    }

    /** {@code sasl.oauthbearer.assertion.private.key.file}. */
    public Optional<String> assertionPrivateKeyFile() {
        return values.find(OauthKeys.ASSERTION_KEY_FILE);
    }

    /** {@code sasl.oauthbearer.assertion.private.key.passphrase}. */
    public Optional<Secret> assertionPrivateKeyPassphrase() {
        return values.find(OauthKeys.ASSERTION_KEY_PASSPHRASE);
    }

    /** {@code sasl.oauthbearer.assertion.claim.aud}. */
    public Optional<String> assertionAudience() {
        return values.find(OauthKeys.ASSERTION_AUDIENCE);
    }

    /** {@code sasl.oauthbearer.assertion.claim.iss}. */
    public Optional<String> assertionIssuer() {
        return values.find(OauthKeys.ASSERTION_ISSUER);
    }

    /** {@code sasl.oauthbearer.assertion.claim.sub}. */
    public Optional<String> assertionSubject() {
        return values.find(OauthKeys.ASSERTION_SUBJECT);
    }

    /** {@code sasl.oauthbearer.assertion.claim.exp.seconds}: at most 1 day. By default 5 minutes. */
    public Duration assertionExpiry() {
        return values.get(OauthKeys.ASSERTION_EXPIRY);
    }

    /** {@code sasl.oauthbearer.assertion.claim.nbf.seconds}: at most 1 hour. By default 60 s. */
    public Duration assertionNotBefore() {
        return values.get(OauthKeys.ASSERTION_NOT_BEFORE);
    }

    /** {@code sasl.oauthbearer.assertion.claim.jti.include}. By default false. */
    public boolean assertionIdIncluded() {
        return values.get(OauthKeys.ASSERTION_ID);
    }
}
