package dev.ottla.generator;

/** A closed range of versions, as the schemas write it: {@code 3}, {@code 0-4}, {@code 6+} or {@code none}. */
record Versions(int lowest, int highest) {
    static final Versions NONE = new Versions(0, -1);
    private static final int UNBOUNDED = Short.MAX_VALUE;

    static Versions parse(String text) {
        if (text.equals("none")) {
            return NONE;
        }
        if (text.endsWith("+")) {
            return new Versions(Integer.parseInt(text.substring(0, text.length() - 1)), UNBOUNDED);
        }
        int dash = text.indexOf('-');
        return dash < 0
                ? new Versions(Integer.parseInt(text), Integer.parseInt(text))
                : new Versions(Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    }

    boolean isEmpty() {
        return lowest > highest;
    }

    boolean contains(int version) {
        return lowest <= version && version <= highest;
    }

    boolean containsAll(Versions other) {
        return other.isEmpty() || (lowest <= other.lowest && other.highest <= highest);
    }

    Versions intersect(Versions other) {
        Versions both = new Versions(Math.max(lowest, other.lowest), Math.min(highest, other.highest));
        return both.isEmpty() ? NONE : both;
    }

    /** The smallest range that holds both. */
    Versions span(Versions other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        return new Versions(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
    }

    /** A Java condition that holds for the versions of this range, given that the version is {@code within} another. */
    String condition(Versions within, String variable) {
        Versions both = intersect(within);
        if (both.isEmpty()) {
            return "false";
        }
        boolean low = both.lowest > within.lowest;
        boolean high = both.highest < within.highest;
        if (low && high) {
            return both.lowest == both.highest
                    ? variable + " == " + both.lowest
                    : variable + " >= " + both.lowest + " && " + variable + " <= " + both.highest;
        }
        return low ? variable + " >= " + both.lowest : high ? variable + " <= " + both.highest : "true";
    }

    /** The opposite of {@link #condition}, in brackets where it needs them. */
    String negatedCondition(Versions within, String variable) {
        String condition = condition(within, variable);
        if (condition.equals("true") || condition.equals("false")) {
            return condition.equals("true") ? "false" : "true";
        }
        if (condition.contains("&&")) {
            return "!(" + condition + ")";
        }
        return condition.replace(">=", "<").replace("<=", ">").replace("==", "!=");
    }

    /** As the schemas write it. */
    @Override
    public String toString() {
        if (isEmpty()) {
            return "none";
        }
        if (highest == UNBOUNDED) {
            return lowest + "+";
        }
        return lowest == highest ? Integer.toString(lowest) : lowest + "-" + highest;
    }
}
