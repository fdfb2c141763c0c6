package io.sallyport.ids;

import java.util.Optional;

/** Where packets of a VPC's subnets go, in the form {@code rtb-} and 17 lower-case digits. */
public record RouteTableId(String value) {

    private static final String PREFIX = "rtb";

    public RouteTableId {
        ResourceText.check(PREFIX, value);
    }

    public static RouteTableId random() {
        return new RouteTableId(ResourceText.random(PREFIX));
    }

    /** Empty where the text has another form. */
    public static Optional<RouteTableId> parse(String text) {
        try {
            return Optional.of(new RouteTableId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** That which a VPC has from the first: it has the VPC's digits. */
    public static RouteTableId mainOf(VpcId vpc) {
        return new RouteTableId(PREFIX + vpc.value().substring(vpc.value().indexOf('-')));
    }

    /** The VPC that would have it from the first, whether there is one or not. */
    public VpcId mainTableOf() {
        return new VpcId("vpc" + value.substring(PREFIX.length()));
    }

    @Override
    public String toString() {
        return value;
    }
}
