package dev.ottla.errors;

import dev.ottla.common.Node;
import dev.ottla.common.TopicPartition;
import java.io.Serializable;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Where an error came from and what is known about it. Immutable; made by {@link #builder()} or, for an error code in a
 * broker's answer, by {@link #ofCode(short)}.
 */
public final class ErrorDetails implements Serializable {

    /** Nothing but the error itself is known: no broker was asked, nothing was changed. */
    public static final ErrorDetails NONE = builder().outcome(Outcome.REJECTED).build();

    /** Nothing is known, not even whether something was changed. */
    static final ErrorDetails UNSTATED = builder().build();

    private static final long serialVersionUID = 1L;
    private static final int BROKER_MESSAGE_LENGTH_MAX = 500;

    private final short errorCode;
    private final @Nullable Outcome outcome;
    private final @Nullable Node broker;
    private final @Nullable String api;
    private final @Nullable TopicPartition topicPartition;
    private final int attempts;
    private final @Nullable String brokerMessage;
    private final @Nullable String hint;

    private ErrorDetails(Builder builder) {
        this.errorCode = builder.errorCode;
        this.outcome = builder.outcome;
        this.broker = builder.broker;
        this.api = builder.api;
        this.topicPartition = builder.topicPartition;
        this.attempts = builder.attempts;
        this.brokerMessage = builder.brokerMessage;
        this.hint = builder.hint;
    }

    /** Starts with nothing known. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts with the error code field of a broker's answer; a number that this version does not know is kept. */
    public static Builder ofCode(short errorCode) {
        return new Builder().errorCode(errorCode);
    }

    /** Starts with a known error code. */
    public static Builder ofCode(ErrorCode code) {
        return new Builder().errorCode(code.code());
    }

    /** The broker's error code; {@link ErrorCode#NONE} if the error arose in the client. */
    public ErrorCode code() {
        return ErrorCode.of(errorCode);
    }

    /** The number on the wire, which tells more than {@link #code()} if the broker is newer than this client. */
    public short errorCode() {
        return errorCode;
    }

    /**
     * What became of the call, if it was one that changes the cluster: as stated, else as the broker's error code implies,
     * else {@link Outcome#UNKNOWN}, because nobody may take a change for undone without knowing so.
     */
    public Outcome outcome() {
        if (outcome != null) {
            return outcome;
        }
        return errorCode == ErrorCode.NONE.code() ? Outcome.UNKNOWN : code().outcome();
    }

    /** The broker that answered, or that could not be asked. */
    public Optional<Node> broker() {
        return Optional.ofNullable(broker);
    }

    /** The API's name in the protocol, such as {@code Produce}. */
    public Optional<String> api() {
        return Optional.ofNullable(api);
    }

    /** The partition concerned. */
    public Optional<TopicPartition> topicPartition() {
        return Optional.ofNullable(topicPartition);
    }

    /** How often it was tried; 0 if nothing was sent. */
    public int attempts() {
        return attempts;
    }

    /** The broker's own words, cut to 500 characters and without control characters. */
    public Optional<String> brokerMessage() {
        return Optional.ofNullable(brokerMessage);
    }

    /** What to do about it; empty if there is nothing to advise. */
    public String hint() {
        return hint != null ? hint : code().hint();
    }

    /** A builder that starts with these details. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.errorCode = errorCode;
        builder.outcome = outcome;
        builder.broker = broker;
        builder.api = api;
        builder.topicPartition = topicPartition;
        builder.attempts = attempts;
        builder.brokerMessage = brokerMessage;
        builder.hint = hint;
        return builder;
    }

    /** The sentence of an exception: what happened, where, and what to do. */
    String describe(String what) {
        StringJoiner where = new StringJoiner(", ", " [", "]").setEmptyValue("");
        if (errorCode != ErrorCode.NONE.code()) {
            where.add(
                    code().code() == errorCode
                            ? code() + " (" + errorCode + ")"
                            : "error code " + errorCode + ", unknown to this client");
        }
        api().ifPresent(where::add);
        broker().ifPresent(node -> where.add(node.toString()));
        topicPartition().ifPresent(partition -> where.add(partition.toString()));
        if (attempts > 0) {
            where.add("attempts: " + attempts);
        }
        boolean isStated = outcome != null || errorCode != ErrorCode.NONE.code();
        if (isStated && outcome() == Outcome.UNKNOWN) {
            where.add("outcome UNKNOWN");
        }
        brokerMessage().ifPresent(message -> where.add("broker says: " + message));
        String advice = hint();
        return what + where + (advice.isEmpty() ? "" : " " + advice);
    }

    @Override
    public String toString() {
        return describe("ErrorDetails");
    }

    /** Collects details. Not thread-safe. Nothing is required. */
    public static final class Builder {
        private short errorCode;
        private @Nullable Outcome outcome;
        private @Nullable Node broker;
        private @Nullable String api;
        private @Nullable TopicPartition topicPartition;
        private int attempts;
        private @Nullable String brokerMessage;
        private @Nullable String hint;

        private Builder() {}

        private Builder errorCode(short code) {
            this.errorCode = code;
            return this;
        }

        /** What became of the call; by default what the error code implies, and without one {@link Outcome#UNKNOWN}. */
        public Builder outcome(Outcome outcome) {
            this.outcome = outcome;
            return this;
        }

        /** The broker that answered, or that could not be asked. */
        public Builder broker(@Nullable Node broker) {
            this.broker = broker;
            return this;
        }

        /** The API's name in the protocol, such as {@code Produce}. */
        public Builder api(String api) {
            this.api = api;
            return this;
        }

        /** The partition concerned. */
        public Builder topicPartition(@Nullable TopicPartition topicPartition) {
            this.topicPartition = topicPartition;
            return this;
        }

        /** How often it was tried. */
        public Builder attempts(int attempts) {
            this.attempts = attempts;
            return this;
        }

        /** The broker's own words. They are not trusted: cut, and control characters replaced. */
        public Builder brokerMessage(@Nullable String brokerMessage) {
            this.brokerMessage = brokerMessage == null || brokerMessage.isBlank() ? null : printable(brokerMessage);
            return this;
        }

        /** What to do about it, as a sentence; by default what the error code advises. */
        public Builder hint(String hint) {
            this.hint = hint;
            return this;
        }

        /** The details. */
        public ErrorDetails build() {
            return new ErrorDetails(this);
        }

        /** The exception that the error code stands for, with these details. */
        public KafkaException toException() {
            ErrorDetails details = build();
            return details.code().exception(details);
        }

        private static String printable(String text) {
            String cut = text.length() <= BROKER_MESSAGE_LENGTH_MAX
                    ? text
                    : text.substring(0, BROKER_MESSAGE_LENGTH_MAX) + "...";
            return cut.replaceAll("\\p{Cntrl}", "?");
        }
    }
}
