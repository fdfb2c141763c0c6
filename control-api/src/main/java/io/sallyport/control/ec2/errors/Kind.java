package io.sallyport.control.ec2.errors;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The kinds of things that have ids, and what AWS says of an id that is none or nobody's. A foreign
 * id and an unknown one are told the same.
 */
public enum Kind {
    NAT_GATEWAY("nat", "natgateway", "NatGatewayNotFound", "NatGatewayMalformed") {
        @Override
        String absent(String id) {
            return "NAT gateway " + id + " was not found";
        }

        @Override
        String malformed(String id) {
            return "The ID '" + id + "' must be in the form nat-xxxxxxxxxxxxxxxxx";
        }
    },
    ALLOCATION(
            "eipalloc",
            "elastic-ip",
            "InvalidAllocationID.NotFound",
            "InvalidAllocationID.Malformed") {
        @Override
        String absent(String id) {
            return "The allocation ID '" + id + "' does not exist";
        }
    },
    ASSOCIATION(
            "eipassoc",
            "elastic-ip-association",
            "InvalidAssociationID.NotFound",
            "InvalidAssociationID.Malformed") {
        @Override
        String absent(String id) {
            return "The association ID '" + id + "' does not exist";
        }
    },
    VPC("vpc", "vpc", "InvalidVpcID.NotFound", "InvalidVpcID.Malformed"),
    SUBNET("subnet", "subnet", "InvalidSubnetID.NotFound", "InvalidSubnetID.Malformed"),
    NETWORK_ACL(
            "acl", "network-acl", "InvalidNetworkAclID.NotFound", "InvalidNetworkAclId.Malformed") {
        @Override
        String absent(String id) {
            return "The networkAcl ID '" + id + "' does not exist";
        }
    },
    ACL_ASSOCIATION(
            "aclassoc",
            "network-acl-association",
            "InvalidAssociationID.NotFound",
            "InvalidAssociationID.Malformed") {
        @Override
        String absent(String id) {
            return "The association ID '" + id + "' does not exist";
        }
    },
    NETWORK_INTERFACE(
            "eni",
            "network-interface",
            "InvalidNetworkInterfaceID.NotFound",
            "InvalidNetworkInterfaceId.Malformed") {
        @Override
        String absent(String id) {
            return "The networkInterface ID '" + id + "' does not exist";
        }
    },
    ROUTE_TABLE(
            "rtb", "route-table", "InvalidRouteTableID.NotFound", "InvalidRouteTableId.Malformed") {
        @Override
        String absent(String id) {
            return "The routeTable ID '" + id + "' does not exist";
        }
    },
    ROUTE_TABLE_ASSOCIATION(
            "rtbassoc",
            "route-table-association",
            "InvalidAssociationID.NotFound",
            "InvalidAssociationID.Malformed") {
        @Override
        String absent(String id) {
            return "The association ID '" + id + "' does not exist";
        }
    },
    INTERNET_GATEWAY(
            "igw",
            "internet-gateway",
            "InvalidInternetGatewayID.NotFound",
            "InvalidInternetGatewayId.Malformed") {
        @Override
        String absent(String id) {
            return "The internetGateway ID '" + id + "' does not exist";
        }
    },
    FLOW_LOG("fl", "vpc-flow-log", "InvalidFlowLogId.NotFound", "InvalidFlowLogId.Malformed") {
        @Override
        String absent(String id) {
            return "The flow log ID '" + id + "' does not exist";
        }
    };

    private final String prefix;
    private final String type;
    private final String notFound;
    private final String malformed;

    Kind(String prefix, String type, String notFound, String malformed) {
        this.prefix = prefix;
        this.type = type;
        this.notFound = notFound;
        this.malformed = malformed;
    }

    String absent(String id) {
        return "The " + name().toLowerCase(Locale.ROOT) + " ID '" + id + "' does not exist";
    }

    String malformed(String id) {
        return "Invalid id: \"" + id + "\" (expecting \"" + prefix + "-...\")";
    }

    /** As tags name the kind. */
    public String type() {
        return type;
    }

    /**
     * @return the id
     * @throws Ec2Error where it has another form, whether it exists or not
     */
    public String wellFormed(String id) {
        if (!id.matches(prefix + "-([0-9a-f]{8}|[0-9a-f]{17})")) {
            throw new Ec2Error(malformed, malformed(Ec2Error.shortened(id)));
        }
        return id;
    }

    public Ec2Error notFound(String id) {
        return new Ec2Error(notFound, absent(id));
    }

    /** The kind whose prefix it has. */
    public static Optional<Kind> of(String id) {
        return Stream.of(values()).filter(kind -> id.startsWith(kind.prefix + "-")).findFirst();
    }
}
