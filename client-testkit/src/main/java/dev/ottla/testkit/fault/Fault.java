package dev.ottla.testkit.fault;

import dev.ottla.common.ByteSize;
import dev.ottla.internal.protocol.message.ApiKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@link FaultProxy} does to the frames that it passes on, and to which of them. A frame is one request or one response;
 * bytes that are no Kafka frames, such as those of TLS, count as frames without an API in the pieces in which they arrive.
 *
 * <pre>{@code
 * FaultRule lost = proxy.install(Fault.swallow().responses().api("Produce").skip(2).times(1));
 * FaultRule slow = proxy.install(Fault.delay(Duration.ofMillis(200)).requests());
 * }</pre>
 *
 * <p>Without further words a fault concerns every frame in both directions, of every API and every connection, until its rule is
 * removed. The words narrow that: {@link #requests}, {@link #responses}, {@link #api}, {@link #clientId}, {@link #connection};
 * then {@link #skip}, {@link #every} and {@link #times} count what is left. Immutable.
 */
public final class Fault {
    private final String name;
    private final EffectFactory effect;
    private final Filter filter;

    private Fault(String name, EffectFactory effect, Filter filter) {
        this.name = name;
        this.effect = effect;
        this.filter = filter;
    }

    private static Fault of(String name, EffectFactory effect) {
        return new Fault(name, effect, Filter.EVERYTHING);
    }

    /** Passes each frame on so much later. The order stays: what follows a late frame is late too. */
    public static Fault delay(Duration time) {
        long nanos = positive(time).toNanos();
        return of("delay " + time, rule -> (frame, lane) -> frame.delayNanos += nanos);
    }

    /** Passes no more bytes per second on, per connection and direction, in portions of a fiftieth of that. */
    public static Fault throttle(ByteSize perSecond) {
        if (perSecond.bytes() <= 0) {
            throw new IllegalArgumentException("perSecond must be positive, but is " + perSecond);
        }
        return of("throttle " + perSecond + "/s", rule -> (frame, lane) -> frame.limitTo(perSecond.bytes()));
    }

    /** Takes the frame out. A request that is gone never reaches the broker; a response that is gone was carried out. */
    public static Fault swallow() {
        return of("swallow", rule -> (frame, lane) -> frame.drop());
    }

    /**
     * Closes the connection on both sides after the first so many bytes of the frames concerned, per connection and direction,
     * which can be in the midst of a frame. 0 closes it instead of the first frame.
     */
    public static Fault closeAfter(ByteSize bytes) {
        return of("close after " + bytes, rule -> new CloseAfter(bytes.bytes()));
    }

    /** Ends the connection on both sides with a reset (RST) instead of passing the frame on. */
    public static Fault reset() {
        return of("reset", rule -> (frame, lane) -> {
            frame.drop();
            frame.ending = Ending.RESET;
        });
    }

    /**
     * Reads nothing more from the sender, beginning with the frame concerned, and keeps the connection open: the sender's
     * writes fill the buffers on the way and then block. It goes on when the rule is removed.
     */
    public static Fault halfOpen() {
        return of("half-open", rule -> (frame, lane) -> {
            frame.holdFor(rule);
            lane.stopReading(rule);
        });
    }

    /**
     * Takes everything, beginning with the frame concerned, and passes none of it on, while the connection stays open.
     * When the rule is removed, the connections that lost something are reset, since their streams have holes.
     */
    public static Fault blackHole() {
        return of("black hole", rule -> (frame, lane) -> lane.discardFromNowOn(rule, frame));
    }

    /**
     * Cuts the frame off after so many bytes behind its length field, and corrects the length field: the message ends early, and
     * the frames after it stay in step. To end the stream inside a frame, use {@link #closeAfter}.
     */
    public static Fault truncate(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative, but is " + bytes);
        }
        return of("truncate to " + bytes, rule -> (frame, lane) -> frame.truncate(bytes));
    }

    /**
     * Changes one byte: those bits of it that are set in the mask.
     *
     * @param offset counted from the first byte of the frame, whose bytes 0 to 3 are the length field; a negative one from the
     *     end, -1 being the last. A frame without this byte is passed on as it is.
     * @param mask 1 to 255
     */
    public static Fault flip(int offset, int mask) {
        if (mask < 1 || mask > 255) {
            throw new IllegalArgumentException("mask must be 1 to 255, but is " + mask);
        }
        return of("flip " + mask + " at " + offset, rule -> (frame, lane) -> frame.flip(offset, mask));
    }

    /** Sends the frame twice, one right after the other. */
    public static Fault duplicate() {
        return of("duplicate", rule -> (frame, lane) -> frame.copies++);
    }

    /**
     * Exchanges two frames of one connection and direction: keeps the first, passes on what comes between, then the second, then
     * the first. Each pair counts as two hits. A first without a second waits until the rule is removed.
     */
    public static Fault swap() {
        return of("swap", rule -> new Swap());
    }

    /**
     * Keeps the frame, and everything behind it on its connection in this direction, until {@link FaultRule#release} or
     * {@link FaultRule#remove}. Requests that are held reach the broker even if the client has closed its connection
     * meanwhile, as packets can that were late in a network.
     */
    public static Fault hold() {
        return of("hold", rule -> (frame, lane) -> frame.holdFor(rule));
    }

    /** Writes the frame in pieces of so many bytes, each by itself. 1 shows whether a receiver can join what belongs together. */
    public static Fault rechunk(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be positive, but is " + bytes);
        }
        return of("re-chunk to " + bytes, rule -> (frame, lane) -> frame.chunkBytes = bytes);
    }

    /** Concerns requests only. */
    public Fault requests() {
        return with(filter.withDirection(Direction.REQUEST));
    }

    /** Concerns responses only. */
    public Fault responses() {
        return with(filter.withDirection(Direction.RESPONSE));
    }

    /**
     * Concerns requests of these APIs and the responses to them, and no bytes that are not Kafka's.
     *
     * @param names as in Kafka's protocol: {@code Produce}, {@code Fetch}, {@code OffsetCommit}, ...
     * @throws IllegalArgumentException if there is no such API
     */
    public Fault api(String... names) {
        Set<ApiKey> apis =
                Arrays.stream(names).map(ApiNames::parse).collect(Collectors.toCollection(LinkedHashSet::new));
        return with(filter.withApis(apis));
    }

    /** Concerns the connections of clients with this {@code client.id}. */
    public Fault clientId(String clientId) {
        return connection(connection -> connection.clientId().equals(clientId));
    }

    /** Concerns these connections. Asked for every frame, on the proxy's thread, so it must return at once. */
    public Fault connection(Predicate<ProxiedConnection> which) {
        return with(filter.withConnection(which));
    }

    /** Passes over the first so many frames. */
    public Fault skip(int frames) {
        return with(filter.withSkip(atLeast(0, frames)));
    }

    /** Concerns, after those skipped, the first frame and then each n-th after it. */
    public Fault every(int nth) {
        return with(filter.withEvery(atLeast(1, nth)));
    }

    /** Concerns no more than so many frames in all. */
    public Fault times(int frames) {
        return with(filter.withTimes(atLeast(1, frames)));
    }

    /** For people: what is done to what. */
    @Override
    public String toString() {
        return Stream.of(name, filter.toString())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" of "));
    }

    Filter filter() {
        return filter;
    }

    Effect effectOf(FaultRule rule) {
        return effect.create(rule);
    }

    private Fault with(Filter narrower) {
        return new Fault(name, effect, narrower);
    }

    private static int atLeast(int least, int count) {
        if (count < least) {
            throw new IllegalArgumentException("the number of frames must be at least " + least + ", but is " + count);
        }
        return count;
    }

    private static Duration positive(Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("time must be positive, but is " + time);
        }
        return time;
    }
}
