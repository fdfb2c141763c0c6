package io.sallyport.ids;

/**
 * A tenant's private address space, in the form {@code vpc-} and 17 lower-case hexadecimal digits.
 */
public record VpcId(String value) {

    public VpcId {
        ResourceText.check("vpc", value);
    }

    public static VpcId random() {
        return new VpcId(ResourceText.random("vpc"));
    }

    @Override
    public String toString() {
        return value;
    }
}
