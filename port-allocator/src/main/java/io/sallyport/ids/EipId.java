package io.sallyport.ids;

/** An elastic IP, in the form {@code eipalloc-} and 17 lower-case hexadecimal digits. */
public record EipId(String value) {

    public EipId {
        ResourceText.check("eipalloc", value);
    }

    public static EipId random() {
        return new EipId(ResourceText.random("eipalloc"));
    }

    @Override
    public String toString() {
        return value;
    }
}
