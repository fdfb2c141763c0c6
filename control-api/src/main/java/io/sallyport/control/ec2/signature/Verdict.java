package io.sallyport.control.ec2.signature;

/** What a signature says. */
public sealed interface Verdict {

    /** Whoever has this key's secret made the request as it is, and lately. */
    record Signed(String accessKeyId) implements Verdict {}

    /** There is no signature. */
    record Unsigned() implements Verdict {}

    /** It cannot be read as one. */
    record Incomplete(String why) implements Verdict {}

    /** It was made too long ago, or by a clock that is too far ahead. */
    record Expired(String date) implements Verdict {}

    /** It is not of this request, this secret, this region or this service. */
    record Mismatch() implements Verdict {}
}
