package dev.ottla.errors;

/**
 * What follows from an error code for the caller: one constant per exception type, with the two flags Kafka defines.
 */
enum Remedy {
    NOTHING(false, false, ""),
    RETRY(true, false, "Retry after a while."),
    REFRESH(true, true, "Retry after a while; the client refreshes its metadata meanwhile."),
    TIMEOUT(true, false, "Retry after a while, or allow more time."),
    NETWORK(true, true, "Check that the address is reachable, then retry."),
    ABORT(false, false, "Abort the transaction; the producer can begin the next one."),
    REBUILD(false, false, "Close this client and build a new one."),
    FENCED(false, false, "Close this producer; build a new one only if no other is meant to run under the id."),
    FIX_RECORD(false, false, "Correct or drop this record; others are not affected."),
    FIX_REQUEST(false, false, ""),
    AUTHENTICATE(false, false, "Check the mechanism and the credentials."),
    AUTHORIZE(false, false, "Ask an operator to grant the right (an ACL)."),
    UPGRADE(false, false, "Upgrade the broker, or do without the feature.");

    private final boolean retriable;
    private final boolean refreshMetadata;
    private final String hint;

    Remedy(boolean retriable, boolean refreshMetadata, String hint) {
        this.retriable = retriable;
        this.refreshMetadata = refreshMetadata;
        this.hint = hint;
    }

    boolean isRetriable() {
        return retriable;
    }

    boolean needsMetadataRefresh() {
        return refreshMetadata;
    }

    String hint() {
        return hint;
    }

    KafkaException exception(String text, ErrorDetails details) {
        return switch (this) {
            case RETRY, REFRESH -> new RetriableException(text, details, null);
            case TIMEOUT -> new RequestTimeoutException(text, details, null);
            case NETWORK -> new ConnectionException(text, details, null);
            case ABORT -> new AbortableException(text, details, null);
            case REBUILD -> new ApplicationRecoverableException(text, details, null);
            case FENCED -> new ProducerFencedException(text, details, null);
            case FIX_RECORD -> new RecordException(text, details, null);
            case FIX_REQUEST -> new BrokerException(text, details, null);
            case AUTHENTICATE -> new AuthenticationException(text, details, null);
            case AUTHORIZE -> new AuthorizationException(text, details, null);
            case UPGRADE -> new UnsupportedVersionException(text, details, null);
            case NOTHING -> throw new IllegalStateException("code NONE reports success, there is no exception for it");
        };
    }
}
