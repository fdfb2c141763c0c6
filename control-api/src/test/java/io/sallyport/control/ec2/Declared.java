package io.sallyport.control.ec2;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContext;

/** What the process says of its own actions, for tests outside this room. */
public final class Declared {

    private Declared() {}

    private static Stream<Operation> operations(ApplicationContext context) {
        return context.getBeansOfType(Operation.Source.class).values().stream()
                .flatMap(source -> source.operations().stream());
    }

    /** Parameters by action. */
    public static SortedMap<String, List<String>> names(ApplicationContext context) {
        SortedMap<String, List<String>> names = new TreeMap<>();
        operations(context)
                .forEach(operation ->
                        names.put(
                                operation.name(),
                                operation.parameters().stream().map(Parameter::name).toList()));
        return names;
    }

    /** The table of docs/ec2.md. */
    public static String table(ApplicationContext context) {
        SortedMap<String, Operation> sorted = new TreeMap<>();
        operations(context).forEach(operation -> sorted.put(operation.name(), operation));
        StringBuilder table = new StringBuilder("| action | parameter | |\n| --- | --- | --- |\n");
        for (Map.Entry<String, Operation> entry : sorted.entrySet()) {
            String action = "**" + entry.getKey() + "**";
            for (Parameter parameter : entry.getValue().parameters()) {
                table.append("| ")
                        .append(action)
                        .append(" | `")
                        .append(parameter.name())
                        .append("` | ")
                        .append(said(parameter))
                        .append(" |\n");
                action = "";
            }
            if (!action.isEmpty()) {
                table.append("| ").append(action).append(" | | |\n");
            }
        }
        Absent.all()
                .forEach((action, reason) ->
                        table.append("| **")
                                .append(action)
                                .append("** | | refused, UnsupportedOperation: ")
                                .append(reason)
                                .append(" |\n"));
        return table.toString();
    }

    /** Actions that are refused whole. */
    public static Set<String> absent() {
        return Absent.all().keySet();
    }

    private static String said(Parameter parameter) {
        return switch (parameter) {
            case Parameter.Supported(String name, boolean required) ->
                    required ? "supported, needed" : "supported";
            case Parameter.Only(String name, String value, String reason) ->
                    "supported, only " + value + ": " + reason;
            case Parameter.Ignored(String name, String reason) -> "ignored: " + reason;
            case Parameter.Refused(String name, String code, String reason) ->
                    "refused, " + code + ": " + reason;
        };
    }
}
