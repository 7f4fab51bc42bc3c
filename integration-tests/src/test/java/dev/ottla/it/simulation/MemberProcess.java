package dev.ottla.it.simulation;

import dev.ottla.KafkaClient;
import dev.ottla.testkit.Simulation;
import dev.ottla.testkit.history.HistoryEvent;
import dev.ottla.testkit.history.HistoryEvent.Crashed;

/** What may happen to the process of a {@link Member} from outside, with the client that it has: it may stand still, and die. */
final class MemberProcess {
    private final Simulation simulation;
    private final KafkaClient client;
    private final String group;
    private final String name;
    private boolean isBusy;
    private boolean isFrozen;
    private boolean isGone;

    MemberProcess(Simulation simulation, KafkaClient client, String group, String name) {
        this.simulation = simulation;
        this.client = client;
        this.group = group;
        this.name = name;
    }

    /** What happens in it, as long as it lives. */
    void record(HistoryEvent event) {
        if (!isGone) {
            simulation.history().add(event);
        }
    }

    /** Runs what may wait in a call; while it waits in another, as another thread would. */
    void run(Runnable turn) {
        boolean wasBusy = isBusy;
        isBusy = true;
        try {
            turn.run();
        } finally {
            isBusy = wasBusy;
        }
    }

    /** Whether it waits in a call, during which nobody can make another, or does nothing at all. */
    boolean isBusy() {
        return isBusy || isFrozen;
    }

    boolean isFrozen() {
        return isFrozen;
    }

    void freeze() {
        isFrozen = true;
        simulation.suspend(client);
    }

    void thaw() {
        if (isFrozen) {
            isFrozen = false;
            simulation.resume(client);
        }
    }

    /** Whether it has ended, or was killed. */
    boolean isGone() {
        return isGone;
    }

    void end() {
        isGone = true;
    }

    void crash() {
        record(new Crashed(group, name));
        isGone = true;
        isFrozen = false;
        simulation.kill(client);
    }
}
