package dev.ottla.testkit.internal.simulation;

import dev.ottla.internal.concurrent.Confined;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides what a run leaves open: the {@link Scheduler} asks it before each step, on the run's one thread. */
@Confined
public interface Course {

    /** The one of those that are ready that takes the next step; null to let time pass instead. */
    @Nullable
    Actor next(List<Actor> ready);

    /** What a step takes, so that timers fall due between steps as well. */
    long stepNanos();

    /** Whether bytes arrive in other pieces than they were sent in. */
    boolean cutsBytes();

    /** Whether clients draw by chance. If not, they draw the middle of what is possible, so that pauses are as long as planned. */
    boolean letsClientsDraw();

    /** Everything by chance. */
    static Course random(RandomGenerator random) {
        return new Course() {
            @Override
            public @Nullable Actor next(List<Actor> ready) {
                return ready.isEmpty() ? null : ready.get(random.nextInt(ready.size()));
            }

            @Override
            public long stepNanos() {
                return 1_000;
            }

            @Override
            public boolean cutsBytes() {
                return true;
            }

            @Override
            public boolean letsClientsDraw() {
                return true;
            }
        };
    }
}
