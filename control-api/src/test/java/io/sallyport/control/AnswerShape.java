package io.sallyport.control;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.w3c.dom.Element;

/** What a client's own model says of an answer: which elements it has, and what is in them. */
sealed interface AnswerShape {

    /**
     * @param members by the name of their element; empty where there is none of that name
     * @param required names of those that are always there
     */
    record Structure(Function<String, Optional<AnswerShape>> members, Set<String> required)
            implements AnswerShape {}

    record ListOf(String item, AnswerShape of) implements AnswerShape {}

    /**
     * @param what for people
     */
    record Scalar(String what, Predicate<String> allows) implements AnswerShape {}

    /** What an older client leaves unread. */
    record Anything() implements AnswerShape {}

    /** The scalars that models name, by the name that AWS's models have for them. */
    static Scalar scalar(String type) {
        return switch (type) {
            case "string" -> new Scalar(type, text -> true);
            case "integer" -> new Scalar(type, text -> text.matches("-?[0-9]{1,9}"));
            case "long" -> new Scalar(type, text -> text.matches("-?[0-9]{1,18}"));
            case "double", "float" ->
                    new Scalar(type, text -> text.matches("-?[0-9]+(\\.[0-9]+)?"));
            case "boolean" -> new Scalar(type, text -> text.matches("true|false"));
            case "timestamp" ->
                    new Scalar(
                            type,
                            text ->
                                    text.matches(
                                            "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
            default -> throw new IllegalArgumentException("no answer has a " + type);
        };
    }

    /** What an internet gateway's attachment may be by every model. */
    Set<String> ATTACHMENT = Set.of("attaching", "attached", "detaching", "detached");

    /**
     * An internet gateway's attachment is {@code available}, says AWS beside its models
     * (InternetGatewayAttachment: state), and tools wait for that.
     */
    static Scalar oneOf(Set<String> values) {
        return new Scalar(
                "one of " + values,
                text ->
                        values.contains(text)
                                || (values.equals(ATTACHMENT) && text.equals("available")));
    }

    /** Everything of the element that this shape does not allow; empty where it is as it should. */
    default List<String> faults(Element element) {
        List<String> faults = new ArrayList<>();
        check(element, element.getTagName(), faults);
        return faults;
    }

    private void check(Element element, String at, List<String> faults) {
        List<Element> children = children(element);
        switch (this) {
            case Structure(var members, var required) -> {
                Set<String> seen = new HashSet<>();
                for (Element child : children) {
                    String name = child.getTagName();
                    String path = at + "/" + name;
                    if (!seen.add(name)) {
                        faults.add(path + " is there twice");
                    }
                    members.apply(name)
                            .ifPresentOrElse(
                                    member -> member.check(child, path, faults),
                                    () -> faults.add(path + " is not known"));
                }
                required.stream()
                        .filter(name -> !seen.contains(name))
                        .forEach(name -> faults.add(at + "/" + name + " is missing"));
                if (children.isEmpty() && !element.getTextContent().isEmpty()) {
                    faults.add(at + " has text, and should have elements");
                }
            }
            case ListOf(String item, AnswerShape of) -> {
                for (Element child : children) {
                    String path = at + "/" + child.getTagName();
                    if (child.getTagName().equals(item)) {
                        of.check(child, path, faults);
                    } else {
                        faults.add(path + " is no " + item);
                    }
                }
                if (children.isEmpty() && !element.getTextContent().isEmpty()) {
                    faults.add(at + " has text, and should be a list");
                }
            }
            case Scalar(String what, Predicate<String> allows) -> {
                if (!children.isEmpty() || !allows.test(element.getTextContent())) {
                    faults.add(at + " is '" + element.getTextContent() + "', no " + what);
                }
            }
            case Anything() -> {}
        }
    }

    private static List<Element> children(Element element) {
        return IntStream.range(0, element.getChildNodes().getLength())
                .mapToObj(element.getChildNodes()::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .toList();
    }
}
