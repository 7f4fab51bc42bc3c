package dev.ottla.benchmarks.nullbroker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one connection, written in the order of their requests whenever each is made, as clients expect it. Owned by
 * the connection's event loop.
 */
final class AnswerLine {

    /** The place of one answer. */
    static final class Place {
        private @Nullable ByteBuf answer;

        private Place() {}
    }

    private final Queue<Place> places = new ArrayDeque<>();
    private boolean isClosed;

    /** Takes the next place in the line; whoever does must also fill it. */
    Place take() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /** Writes the answer, and those behind it that have waited for it; or keeps it until those before it are written. */
    void fill(ChannelHandlerContext ctx, Place place, ByteBuf ownedAnswer) {
        if (isClosed) {
            ownedAnswer.release();
            return;
        }
        place.answer = ownedAnswer;
        boolean hasWritten = false;
        while (!places.isEmpty()) {
            ByteBuf next = places.element().answer;
            if (next == null) {
                break;
            }
            ctx.write(next, ctx.voidPromise());
            places.remove();
            hasWritten = true;
        }
        if (hasWritten) {
            ctx.flush();
        }
    }

    /** Gives back what was not written, and what comes later. */
    void close() {
        isClosed = true;
        places.forEach(place -> {
            ByteBuf answer = place.answer;
            if (answer != null) {
                answer.release();
            }
        });
        places.clear();
    }
}
