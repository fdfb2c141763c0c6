package io.sallyport.control.audit;

import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/** Takes notes of the call that this thread answers; where it answers none, nothing is noted. */
public final class Audit {

    private Audit() {}

    private static void note(Consumer<AuditEntry> note) {
        Optional.ofNullable(RequestContextHolder.getRequestAttributes())
                .map(call ->
                        call.getAttribute(AuditEntry.ATTRIBUTE, RequestAttributes.SCOPE_REQUEST))
                .filter(AuditEntry.class::isInstance)
                .map(AuditEntry.class::cast)
                .ifPresent(note);
    }

    /** Who calls, now that it is known: an account, or the operator. */
    public static void caller(String caller) {
        note(entry -> entry.caller(caller));
    }

    /** With which of its API keys. */
    public static void apiKey(String id) {
        note(entry -> entry.apiKey(id));
    }

    /**
     * What is asked for, where method and path do not say it.
     *
     * @param accessKey that signed it
     * @param mutating whether it may change anything
     */
    public static void action(String action, String accessKey, boolean mutating) {
        note(entry -> entry.action(action, accessKey, mutating));
    }

    /** A command went to the store. */
    public static void command(String name, String resource, String outcome) {
        note(entry -> entry.command(name, resource, outcome));
    }
}
