package io.sallyport.ids;

/** A flow-log subscription, in the form {@code fl-} and 17 lower-case hexadecimal digits. */
public record FlowLogId(String value) {

    public FlowLogId {
        ResourceText.check("fl", value);
    }

    public static FlowLogId random() {
        return new FlowLogId(ResourceText.random("fl"));
    }

    @Override
    public String toString() {
        return value;
    }
}
