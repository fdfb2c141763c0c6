package io.sallyport.control.ec2;

import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.query.Parameters;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.store.catalog.KeyScope.Area;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One action of EC2.
 *
 * @param parameters all that the newest client knows of it, {@code DryRun} apart
 * @param work does it, and says what the answer has in it
 */
record Operation(String name, List<Parameter> parameters, Work work) {

    /** Beside those that an operation declares. */
    private static final Set<String> COMMON = Set.of("Action", "Version", "DryRun");

    /** Of an action that answers nothing else. */
    static final Consumer<XmlAnswer> DONE = xml -> xml.flag("return", true);

    /** Throws {@link Ec2Error} or a problem of the catalog where it cannot be done. */
    @FunctionalInterface
    interface Work {
        Consumer<XmlAnswer> answer(Call call);
    }

    /** What actions are there; each part of the model has its own. */
    interface Source {
        List<Operation> operations();

        /** What a key must cover to use them. */
        Area area();
    }

    Operation {
        parameters = List.copyOf(parameters);
    }

    @SafeVarargs
    static Operation of(String name, Work work, Stream<Parameter>... parameters) {
        return new Operation(name, Stream.of(parameters).flatMap(p -> p).toList(), work);
    }

    private static void admit(Parameters sent, Parameter.Only only) {
        sent.text(only.name())
                .filter(value -> !value.equals(only.value()))
                .ifPresent(value -> {
                    throw Ec2Error.unsupported(
                            only.name() + " " + Ec2Error.shortened(value) + ": " + only.reason());
                });
    }

    /**
     * Looks at names only, so that a misspelt one is told before anything is done.
     *
     * @throws Ec2Error where one is not known, is refused, or is missing
     */
    void admit(Parameters sent) {
        Map<String, Parameter> known =
                parameters.stream().collect(Collectors.toMap(Parameter::name, Function.identity()));
        Set<String> declared = new HashSet<>();
        for (String name : sent.names()) {
            String form = Parameters.declared(name);
            declared.add(form);
            switch (Optional.ofNullable(known.get(form)).orElse(null)) {
                case null -> {
                    if (!COMMON.contains(form)) {
                        throw new Ec2Error(
                                "UnknownParameter",
                                "The parameter " + Ec2Error.shortened(name) + " is not recognized");
                    }
                }
                case Parameter.Supported supported -> {}
                case Parameter.Ignored ignored -> {}
                case Parameter.Only only -> admit(sent, only);
                case Parameter.Refused(String refused, String code, String reason) ->
                        throw new Ec2Error(code, refused + ": " + reason);
            }
        }
        for (Parameter parameter : parameters) {
            if (parameter instanceof Parameter.Supported(String name, boolean required)
                    && required
                    && !declared.contains(name)) {
                throw Ec2Error.missing(name.replaceAll("\\.N(\\..*)?$", ""));
            }
        }
    }
}
