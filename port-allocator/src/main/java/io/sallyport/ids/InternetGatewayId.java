package io.sallyport.ids;

/** A VPC's way out for who has a public address, in the form {@code igw-} and 17 digits. */
public record InternetGatewayId(String value) {

    public InternetGatewayId {
        ResourceText.check("igw", value);
    }

    public static InternetGatewayId random() {
        return new InternetGatewayId(ResourceText.random("igw"));
    }

    @Override
    public String toString() {
        return value;
    }
}
