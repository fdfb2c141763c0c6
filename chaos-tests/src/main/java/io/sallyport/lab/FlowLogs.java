package io.sallyport.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Flow-log objects as a tenant fetches them.
 *
 * @param objects key to lines, the header line included
 */
record FlowLogs(Map<String, List<String>> objects) {

    private static final int LINES_SHOWN = 6;

    static FlowLogs fetch(S3 s3, String bucket) {
        Map<String, List<String>> objects = new LinkedHashMap<>();
        for (String key : s3.list(bucket)) {
            objects.put(key, s3.getText(bucket, key).lines().toList());
        }
        return new FlowLogs(objects);
    }

    boolean matches(String expression) {
        Pattern pattern = Pattern.compile(expression);
        return lines().stream().anyMatch(line -> pattern.matcher(line).find());
    }

    List<String> lines() {
        return objects.values().stream().flatMap(List::stream).toList();
    }

    /** For each expression the first object with such lines, and some of them. */
    void show(List<String> expressions, Consumer<String> told) {
        for (String expression : expressions) {
            Pattern pattern = Pattern.compile(expression);
            for (Map.Entry<String, List<String>> object : objects.entrySet()) {
                List<String> found =
                        object.getValue().stream().filter(l -> pattern.matcher(l).find()).toList();
                if (!found.isEmpty()) {
                    told.accept(object.getKey());
                    told.accept("    " + object.getValue().getFirst());
                    found.stream().limit(LINES_SHOWN).forEach(line -> told.accept("    " + line));
                    break;
                }
            }
        }
    }
}
