package io.sallyport.ids;

/** A range in a VPC, in the form {@code subnet-} and 17 lower-case hexadecimal digits. */
public record SubnetId(String value) {

    public SubnetId {
        ResourceText.check("subnet", value);
    }

    public static SubnetId random() {
        return new SubnetId(ResourceText.random("subnet"));
    }

    @Override
    public String toString() {
        return value;
    }
}
