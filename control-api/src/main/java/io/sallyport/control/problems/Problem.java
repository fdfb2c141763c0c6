package io.sallyport.control.problems;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * A call that cannot be done, as its caller will read it.
 *
 * <p>The code is stable and meant for programs; the message is for people. Carries no stack trace:
 * it is an answer, not a fault.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final HttpStatus status;
    private final ProblemCode code;
    private final Map<String, String> members = new TreeMap<>();

    public Problem(HttpStatus status, ProblemCode code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    public static Problem invalid(String field, String value, String allowed) {
        return new Problem(
                        HttpStatus.BAD_REQUEST,
                        ProblemCode.INVALID_VALUE,
                        field + " is '" + shortened(value) + "'; allowed is: " + allowed)
                .with("field", field);
    }

    public static Problem missing(String field) {
        return new Problem(HttpStatus.BAD_REQUEST, ProblemCode.MISSING_FIELD, field + " is missing")
                .with("field", field);
    }

    public static Problem notFound(String key) {
        return new Problem(
                        HttpStatus.NOT_FOUND,
                        ProblemCode.NOT_FOUND,
                        "there is no " + shortened(key))
                .with("resource", shortened(key));
    }

    /** A further member of the answer, beside the standard ones. */
    public Problem with(String name, String value) {
        members.put(name, value);
        return this;
    }

    /** A further member of the answer. */
    public Optional<String> member(String name) {
        return Optional.ofNullable(members.get(name));
    }

    ProblemDetail detail() {
        ProblemDetail detail =
                ProblemDetail.forStatusAndDetail(status, String.valueOf(getMessage()));
        detail.setTitle(code.title());
        detail.setProperty("code", code.text());
        members.forEach(detail::setProperty);
        return detail;
    }

    public HttpStatus status() {
        return status;
    }

    public ProblemCode code() {
        return code;
    }

    static String shortened(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
