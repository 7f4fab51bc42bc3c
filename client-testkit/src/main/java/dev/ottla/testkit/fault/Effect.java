package dev.ottla.testkit.fault;

/** What a rule changes about a frame before the lane sends it. On the proxy's event loop, once for every frame concerned. */
interface Effect {
    void apply(Frame frame, Lane lane);

    /** The rule was removed: what this effect has kept goes its way. */
    default void onRemoved() {}

    /** The lane has ended: nothing of it is to be kept. */
    default void onLaneClosed(Lane lane) {}
}
