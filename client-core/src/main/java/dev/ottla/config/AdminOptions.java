package dev.ottla.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an admin client retries; all else is in the {@link ClientOptions} that it shares. Immutable.
 */
public final class AdminOptions {
    private final OptionValues values;

    private AdminOptions(OptionValues values) {
        this.values = values;
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@code retries}: how often a request is repeated within the call's timeout. By default without bound. */
    public int retries() {
        return values.get(ProducerKeys.RETRIES);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AdminOptions that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** What differs from the defaults, secrets masked. */
    @Override
    public String toString() {
        return "AdminOptions" + values;
    }

    /**
     * Collects options. Not thread-safe. A typed option wins over the same key of a configuration, whatever the order
     * of
     * calls; a configuration wins over those given before it.
     */
    public static final class Builder {
        private final OptionDraft draft = new OptionDraft();

        private Builder() {}

        /** Takes every key that concerns these options from a configuration; the others are left to other clients. */
        public Builder config(KafkaConfig config) {
            draft.config(config);
            return this;
        }

        /** {@code retries}: how often a request is repeated within the call's timeout. By default without bound. */
        public Builder retries(int retries) {
            draft.set(ProducerKeys.RETRIES, retries);
            return this;
        }

        /**
         * Checks all options.
         *
         * @throws dev.ottla.errors.InvalidOptionsException naming everything that is wrong, if anything is
         */
        public AdminOptions build() {
            return new AdminOptions(
                    draft.resolve(List.of(ProducerKeys.RETRIES_TABLE, AdminKeys.ADMIN), (values, checks) -> {}));
        }
    }
}
