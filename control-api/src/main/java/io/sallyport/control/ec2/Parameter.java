package io.sallyport.control.ec2;

import java.util.stream.Stream;

/**
 * What an operation does with one of its parameters; numbers in the name stand as N. The table in
 * docs/ec2.md is made of these.
 */
sealed interface Parameter {

    String name();

    record Supported(String name, boolean required) implements Parameter {}

    /** Any other value than this one is refused. */
    record Only(String name, String value, String reason) implements Parameter {}

    /** Taken, and without effect. */
    record Ignored(String name, String reason) implements Parameter {}

    /** The request is refused where it is there. */
    record Refused(String name, String code, String reason) implements Parameter {}

    static Parameter required(String name) {
        return new Supported(name, true);
    }

    static Parameter optional(String name) {
        return new Supported(name, false);
    }

    static Parameter only(String name, String value, String reason) {
        return new Only(name, value, reason);
    }

    static Parameter ignored(String name, String reason) {
        return new Ignored(name, reason);
    }

    static Parameter unsupported(String name, String reason) {
        return new Refused(name, "UnsupportedOperation", reason);
    }

    static Stream<Parameter> tags() {
        return Stream.of(
                        "TagSpecification.N.ResourceType",
                        "TagSpecification.N.Tag.N.Key",
                        "TagSpecification.N.Tag.N.Value")
                .map(Parameter::optional);
    }

    static Stream<Parameter> filters() {
        return Stream.of("Filter.N.Name", "Filter.N.Value.N").map(Parameter::optional);
    }

    static Stream<Parameter> pages() {
        return Stream.of("MaxResults", "NextToken").map(Parameter::optional);
    }
}
