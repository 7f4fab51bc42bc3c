package dev.ottla.it.rounds;

import java.time.Duration;

/**
 * How fast things happen.
 *
 * @param round the longest that a round takes
 * @param pollInterval {@code max.poll.interval.ms}: who is paused for longer is taken for stuck
 * @param session how long a member may be silent
 * @param rounds how many there are
 */
record Pace(int rounds, Duration round, Duration pollInterval, Duration session) {}
