package dev.ottla.internal.security;

import dev.ottla.internal.concurrent.Immutable;

/** Words of the other side that get into messages: cut, and without control characters. */
@Immutable
public final class PeerText {
    private static final int LENGTH_MAX = 200;

    private PeerText() {}

    /** The text as it may be shown. */
    public static String printable(String text) {
        String cut = text.length() <= LENGTH_MAX ? text : text.substring(0, LENGTH_MAX) + "...";
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
