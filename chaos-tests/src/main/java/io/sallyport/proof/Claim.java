package io.sallyport.proof;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a model says, within bounds that TLC can walk through. */
sealed interface Claim {

    /** Name of the module and of its configuration. */
    String model();

    /** Constants that differ from the model's configuration. */
    Map<String, String> bounds();

    /** When it is checked. */
    Size size();

    /** For readers of the table. */
    String text();

    enum Size {
        /** In seconds: by every build. */
        BUILD,
        /** In minutes: by the long command. */
        LONG
    }

    /** With all rules, no invariant is ever violated. */
    record Holds(String model, Size size, Map<String, String> bounds, String text)
            implements Claim {}

    /**
     * Without these rules together an invariant is violated.
     *
     * @param text what goes wrong then
     */
    record Needs(
            String model, Size size, List<String> rules, Map<String, String> bounds, String text)
            implements Claim {}

    /**
     * Without these rules nothing is violated within these bounds: another rule covers for them.
     *
     * @param text why they are kept
     */
    record Spares(
            String model, Size size, List<String> rules, Map<String, String> bounds, String text)
            implements Claim {}

    /** The rules taken away. */
    default List<String> without() {
        return switch (this) {
            case Holds h -> List.of();
            case Needs n -> n.rules();
            case Spares s -> s.rules();
        };
    }

    default boolean expectsViolation() {
        return this instanceof Needs;
    }

    /** A line for humans that also names it among all others. */
    default String name() {
        String rules =
                without().isEmpty() ? "all rules" : "without " + String.join(", ", without());
        String bounded =
                bounds().entrySet().stream()
                        .map(b -> b.getKey() + "=" + b.getValue())
                        .collect(Collectors.joining(" "));
        return model() + ", " + rules + (bounded.isEmpty() ? "" : " (" + bounded + ")");
    }
}
