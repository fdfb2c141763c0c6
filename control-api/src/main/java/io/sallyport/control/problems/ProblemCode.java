package io.sallyport.control.problems;

/** The codes of problems. Stable: a code is never renamed or used for something else. */
public enum ProblemCode {
    MALFORMED_REQUEST("The request is not well-formed HTTP"),
    MALFORMED_JSON("The body is not the JSON that is expected"),
    UNKNOWN_FIELD("The body has a field that is not known"),
    MISSING_FIELD("A field is missing"),
    INVALID_VALUE("A value breaks a rule"),
    MALFORMED_ID("An id has the wrong form"),
    UNAUTHENTICATED("The key is missing or not known"),
    FORBIDDEN("The key may not do this"),
    NOT_FOUND("There is no such resource"),
    NO_SUCH_PATH("There is no such path"),
    METHOD_NOT_ALLOWED("The path does not have this method"),
    NOT_ACCEPTABLE("The answer is JSON only"),
    UNSUPPORTED_MEDIA_TYPE("The body must be application/json"),
    TOO_LARGE("The body is too large"),
    CONFLICT("The catalog holds something that is in the way"),
    IDEMPOTENCY_MISMATCH("The idempotency key was used with other parameters"),
    PRECONDITION_FAILED("The resource is not as If-Match says"),
    RATE_LIMITED("The key is used too often; it was not done"),
    IN_USE("Something else still needs it"),
    LIMIT_EXCEEDED("A limit or a pool is full"),
    STORE_REFUSED("The store cannot do it now; it was not done"),
    BUSY("Too many long calls at once; it was not done"),
    OUTCOME_UNKNOWN("The store did not answer in time; it may have been done"),
    INTERNAL("A fault of this service");

    private final String title;

    ProblemCode(String title) {
        this.title = title;
    }

    /** As it stands in the answer: lower case with hyphens. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    String title() {
        return title;
    }
}
