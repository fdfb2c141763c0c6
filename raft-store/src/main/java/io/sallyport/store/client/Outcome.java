package io.sallyport.store.client;

/** A definite yes, a definite no, or unknown; never two of three. */
public sealed interface Outcome<T> {

    /** The store applied it (or read it); {@code value} is the law's answer. */
    record Done<T>(T value) implements Outcome<T> {}

    /** It was definitely not applied, and why. */
    record Refused<T>(String reason) implements Outcome<T> {}

    /** It may or may not have been applied: no answer came in time. */
    record Unknown<T>(String reason) implements Outcome<T> {}
}
