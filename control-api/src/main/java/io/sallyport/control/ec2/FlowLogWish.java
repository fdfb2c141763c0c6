package io.sallyport.control.ec2;

import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.flowlogs.format.AwsFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.Resource.LogForm;
import io.sallyport.store.catalog.Resource.Scope;
import io.sallyport.store.catalog.Resource.TrafficType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a CreateFlowLogs asks for each of its resources. */
record FlowLogWish(Kind kind, TrafficType trafficType, String bucket, String prefix, LogForm form) {

    private static final Pattern ARN = Pattern.compile("arn:aws:s3:::([^/]+)(?:/(.*))?");
    private static final List<String> TRANSIT =
            List.of("TransitGateway", "TransitGatewayAttachment");

    /** As AWS has it. */
    private static final String AGGREGATION = "600";

    static FlowLogWish of(Call call) {
        Kind kind = kind(call.parameters().required("ResourceType"));
        if (call.parameters().text("LogDestinationType").isEmpty()) {
            throw Ec2Error.unsupported(
                    "LogDestinationType cloud-watch-logs: there are buckets only");
        }
        TrafficType type = trafficType(call.parameters().required("TrafficType"));
        String arn = call.parameters().required("LogDestination");
        Matcher parts = ARN.matcher(arn);
        if (!parts.matches()) {
            throw Ec2Error.invalid(
                    "LogDestination", arn, "It must be in the form arn:aws:s3:::bucket/prefix/.");
        }
        String prefix = Optional.ofNullable(parts.group(2)).orElse("");
        if (("/" + prefix + "/").contains("/AWSLogs/")) {
            throw Ec2Error.invalid("LogDestination", arn, "AWSLogs is a reserved subfolder name.");
        }
        return new FlowLogWish(
                kind, type, parts.group(1), prefix.replaceAll("/+$", ""), form(call));
    }

    private static Kind kind(String type) {
        if (TRANSIT.contains(type)) {
            throw Ec2Error.unsupported("ResourceType " + type + ": there are no transit gateways");
        }
        return switch (type) {
            case "VPC" -> Kind.VPC;
            case "Subnet" -> Kind.SUBNET;
            case "NetworkInterface" -> Kind.NETWORK_INTERFACE;
            case "RegionalNatGateway" -> Kind.NAT_GATEWAY;
            default ->
                    throw Ec2Error.invalid(
                            "ResourceType",
                            type,
                            "Use VPC, Subnet, NetworkInterface or RegionalNatGateway.");
        };
    }

    private static TrafficType trafficType(String text) {
        return Stream.of(TrafficType.values())
                .filter(type -> type.name().equals(text))
                .findFirst()
                .orElseThrow(
                        () -> Ec2Error.invalid("TrafficType", text, "Use ACCEPT, REJECT or ALL."));
    }

    private static LogForm form(Call call) {
        String seconds = oneOf(call, "MaxAggregationInterval", AGGREGATION, "60");
        boolean parquet =
                oneOf(call, "DestinationOptions.FileFormat", "plain-text", "parquet")
                        .equals("parquet");
        return new LogForm(
                call.parameters().text("LogFormat").map(FlowLogWish::format).orElse(""),
                parquet,
                call.parameters().isSet("DestinationOptions.HiveCompatiblePartitions"),
                call.parameters().isSet("DestinationOptions.PerHourPartition"),
                Integer.parseInt(seconds));
    }

    private static String format(String text) {
        RecordFormat format =
                RecordFormat.parse(text)
                        .orElseThrow(() ->
                                new Ec2Error(
                                        "InvalidParameterValue",
                                        "1 validation error detected: Value '"
                                                + Ec2Error.shortened(text)
                                                + "' at 'logFormat' has an invalid format"));
        return format.equals(AwsFormat.DEFAULT) ? "" : text;
    }

    /** The first where nothing is said. */
    private static String oneOf(Call call, String parameter, String first, String second) {
        String said = call.parameters().text(parameter).orElse(first);
        if (!said.equals(first) && !said.equals(second)) {
            throw Ec2Error.invalid(parameter, said, "Use " + first + " or " + second + ".");
        }
        return said;
    }

    /** Of a resource whose id is well-formed; whether it is there the catalog says. */
    Scope scope(String resource) {
        kind.wellFormed(resource);
        try {
            return switch (kind) {
                case VPC -> new Scope.OfVpc(new VpcId(resource));
                case SUBNET -> new Scope.OfSubnet(new SubnetId(resource));
                case NAT_GATEWAY -> new Scope.OfGateway(new GatewayId(resource));
                default -> new Scope.OfInterface(new InterfaceId(resource));
            };
        } catch (IllegalArgumentException e) {
            // The short form that AWS gave out once: nobody has such a one here.
            throw kind.notFound(resource);
        }
    }
}
