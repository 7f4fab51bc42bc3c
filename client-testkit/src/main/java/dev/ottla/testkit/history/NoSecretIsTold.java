package dev.ottla.testkit.history;

import dev.ottla.testkit.history.HistoryEvent.SecretGiven;
import java.util.List;
import java.util.function.Consumer;

/** {@link Invariant#R3}. Looks at all that the history has in words, the errors that calls ended with among it. */
final class NoSecretIsTold implements Check {
    @Override
    public void check(HistoryIndex history, Consumer<String> violations) {
        List<SecretGiven> secrets = history.all(SecretGiven.class);
        if (secrets.isEmpty()) {
            return;
        }
        for (History.Entry entry : history.entries()) {
            String said =
                    entry.event() instanceof SecretGiven ? "" : entry.event().toString();
            for (SecretGiven given : secrets) {
                if (said.contains(given.secret())) {
                    violations.accept(
                            "a secret of " + given.client() + " is in " + said.replace(given.secret(), "***"));
                }
            }
        }
    }
}
