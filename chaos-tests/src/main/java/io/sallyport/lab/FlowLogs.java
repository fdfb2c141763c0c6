package io.sallyport.lab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The flow-log objects of a bucket as its tenant fetches them. One thread. */
final class FlowLogs {

    private static final int LINES_SHOWN = 6;

    private final S3 s3;
    private final String bucket;

    /** Key to lines, the header line included. An object never changes, so it is fetched once. */
    private final Map<String, List<String>> objects = new LinkedHashMap<>();

    FlowLogs(S3 s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /** Fetches what is new. */
    void fetch() {
        for (String key : s3.list(bucket)) {
            if (!objects.containsKey(key)) {
                objects.put(key, s3.getText(bucket, key).lines().toList());
            }
        }
    }

    boolean matches(String expression) {
        Pattern pattern = Pattern.compile(expression);
        return lines().stream().anyMatch(line -> pattern.matcher(line).find());
    }

    List<String> lines() {
        return objects.values().stream().flatMap(List::stream).toList();
    }

    int objects() {
        return objects.size();
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
