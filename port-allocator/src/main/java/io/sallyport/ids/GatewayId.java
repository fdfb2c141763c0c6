package io.sallyport.ids;

/**
 * A gateway that a tenant created, in the form {@code nat-} and 17 lower-case hexadecimal digits.
 */
public record GatewayId(String value) {

    public GatewayId {
        ResourceText.check("nat", value);
    }

    public static GatewayId random() {
        return new GatewayId(ResourceText.random("nat"));
    }

    @Override
    public String toString() {
        return value;
    }
}
