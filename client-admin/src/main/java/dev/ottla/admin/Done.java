package dev.ottla.admin;

/** What an operation that has nothing to tell says of an item that worked. */
public enum Done {

    /** The cluster confirmed it. */
    DONE
}
