package io.sallyport.ids;

/**
 * What a request says it is signed as: {@code SKIA} and 16 of A-Z and 2-7. The shape of AWS's, with
 * a prefix that AWS does not use, so that nobody takes one for the other.
 */
public record AccessKeyId(String value) {

    public AccessKeyId {
        if (!value.matches("SKIA[A-Z2-7]{16}")) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not in the form SKIAXXXXXXXXXXXXXXXX");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
