package io.sallyport.control.audit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of one call so far. One thread. */
final class AuditEntry {

    static final String ATTRIBUTE = AuditEntry.class.getName();

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final int TEXT = 500;

    private final Map<String, Object> known = new LinkedHashMap<>();
    private final List<Map<String, String>> commands = new ArrayList<>();
    private boolean mutating;

    AuditEntry(HttpServletRequest request) {
        known.put("call", shortened(request.getMethod() + " " + request.getRequestURI()));
        known.put("from", request.getRemoteAddr());
        mutating = !READING.contains(request.getMethod());
    }

    void caller(String caller) {
        known.put("caller", caller);
    }

    void apiKey(String id) {
        known.put("apiKey", id);
    }

    void action(String action, String accessKey, boolean changes) {
        known.put("action", shortened(action));
        known.put("accessKey", accessKey);
        mutating = changes;
    }

    void command(String name, String resource, String outcome) {
        commands.add(
                Map.of(
                        "command", name,
                        "resource", shortened(resource),
                        "outcome", outcome));
    }

    /** Strangers' calls change nothing, and would fill the log as they like. */
    boolean isTold() {
        return known.containsKey("caller") && (mutating || !commands.isEmpty());
    }

    Map<String, Object> told(int status) {
        Map<String, Object> told = new LinkedHashMap<>(known);
        told.put("status", status);
        told.put("commands", commands);
        return told;
    }

    private static String shortened(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + "...";
    }
}
