package io.sallyport.flowlogs.format;

import static io.sallyport.flowlogs.format.ColumnType.INT_32;
import static io.sallyport.flowlogs.format.ColumnType.INT_64;
import static io.sallyport.flowlogs.format.ColumnType.STRING;

import io.sallyport.flowlogs.record.Leg;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * AWS' fields: all of versions 2 to 5, and of the later ones those that can be said of a NAT
 * gateway. Those of containers, instances' tags and next hops are not among them: nothing here
 * could ever fill them.
 */
enum AwsField {
    VERSION("version", 2, INT_32, it -> Integer.toString(it.version())),
    ACCOUNT_ID("account-id", 2, STRING, it -> it.record().at().account().toString()),
    INTERFACE_ID("interface-id", 2, STRING, it -> it.record().at().networkInterface().toString()),
    SRCADDR("srcaddr", 2, STRING, it -> it.address(Flow::source)),
    DSTADDR("dstaddr", 2, STRING, it -> it.address(Flow::target)),
    SRCPORT("srcport", 2, INT_32, it -> it.number(Flow::sourcePort)),
    DSTPORT("dstport", 2, INT_32, it -> it.number(Flow::targetPort)),
    PROTOCOL("protocol", 2, INT_32, it -> it.number(f -> f.traffic().tuple().protocol().number())),
    PACKETS("packets", 2, INT_64, it -> it.number(f -> f.traffic().packets())),
    BYTES("bytes", 2, INT_64, it -> it.number(f -> f.traffic().bytes())),
    START("start", 2, INT_64, it -> Long.toString(it.record().startSeconds())),
    END("end", 2, INT_64, it -> Long.toString(it.record().endSeconds())),
    ACTION("action", 2, STRING, it -> it.traffic(f -> f.traffic().action().name())),
    LOG_STATUS("log-status", 2, STRING, Shown::status),

    VPC_ID("vpc-id", 3, STRING, it -> it.record().at().vpc().toString()),
    SUBNET_ID("subnet-id", 3, STRING, it -> it.record().at().subnet().toString()),
    INSTANCE_ID("instance-id", 3, STRING, AwsField::nothing),
    TCP_FLAGS("tcp-flags", 3, INT_32, it -> it.number(f -> f.traffic().tcpFlags())),
    TYPE("type", 3, STRING, it -> it.traffic(f -> f.traffic().tuple().isV6() ? "IPv6" : "IPv4")),
    PKT_SRCADDR("pkt-srcaddr", 3, STRING, it -> it.address(Flow::packetSource)),
    PKT_DSTADDR("pkt-dstaddr", 3, STRING, it -> it.address(Flow::packetTarget)),

    REGION("region", 4, STRING, it -> it.origin().region()),
    AZ_ID("az-id", 4, STRING, AwsField::nothing),
    SUBLOCATION_TYPE("sublocation-type", 4, STRING, AwsField::nothing),
    SUBLOCATION_ID("sublocation-id", 4, STRING, AwsField::nothing),

    PKT_SRC_AWS_SERVICE("pkt-src-aws-service", 5, STRING, AwsField::nothing),
    PKT_DST_AWS_SERVICE("pkt-dst-aws-service", 5, STRING, AwsField::nothing),
    FLOW_DIRECTION(
            "flow-direction",
            5,
            STRING,
            it -> it.traffic(f -> f.leg().ingress() ? "ingress" : "egress")),
    TRAFFIC_PATH("traffic-path", 5, INT_32, it -> it.traffic(AwsField::path)),

    /** Block public access and encryption controls are not here to reject anything. */
    REJECT_REASON("reject-reason", 8, STRING, AwsField::nothing),
    RESOURCE_ID("resource-id", 9, STRING, it -> it.record().at().gateway().toString()),
    ENCRYPTION_STATUS("encryption-status", 10, INT_32, AwsField::nothing),
    INTERFACE_TYPE("interface-type", 11, STRING, it -> "nat_gateway");

    private static final Map<String, AwsField> BY_NAME =
            Arrays.stream(values())
                    .collect(Collectors.toMap(it -> it.column.name(), Function.identity()));

    private final Column column;
    private final int version;
    private final Function<Shown, String> value;

    AwsField(String name, int version, ColumnType type, Function<Shown, String> value) {
        this.column = new Column(name, type);
        this.version = version;
        this.value = value;
    }

    static Optional<AwsField> of(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    Column column() {
        return column;
    }

    int version() {
        return version;
    }

    String value(Shown shown) {
        return value.apply(shown);
    }

    private static String nothing(Shown shown) {
        return Shown.NOTHING;
    }

    /**
     * Of what leaves only: 8 through an internet gateway, 1 within the VPC; nothing from a private
     * gateway, whose way nobody here knows.
     */
    private static String path(Flow flow) {
        return switch (flow.leg()) {
            case Leg.FROM_CLIENT, Leg.FROM_REMOTE -> Shown.NOTHING;
            case Leg.TO_REMOTE -> flow.isPrivate() ? Shown.NOTHING : "8";
            case Leg.TO_CLIENT -> "1";
        };
    }
}
