package io.sallyport.ids;

/** A network interface, in the form {@code eni-} and 17 lower-case hexadecimal digits. */
public record InterfaceId(String value) {

    public InterfaceId {
        ResourceText.check("eni", value);
    }

    public static InterfaceId random() {
        return new InterfaceId(ResourceText.random("eni"));
    }

    @Override
    public String toString() {
        return value;
    }
}
