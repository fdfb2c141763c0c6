package io.sallyport.control.ec2;

import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.problems.Problem;

/**
 * What the catalog refuses, in AWS's words. Actions look first where AWS is more exact than the
 * catalog; this is for the rest, and for what changed in between.
 */
final class Refusals {

    private Refusals() {}

    static Ec2Error of(Problem problem) {
        String text = String.valueOf(problem.getMessage());
        return switch (problem.code()) {
            case NOT_FOUND -> {
                String id = problem.member("resource").orElse("");
                yield Kind.of(id)
                        .map(kind -> kind.notFound(id))
                        .orElseGet(() -> new Ec2Error("InvalidID", text));
            }
            case CONFLICT -> new Ec2Error("IncorrectState", text);
            case IN_USE -> new Ec2Error("DependencyViolation", text);
            case IDEMPOTENCY_MISMATCH ->
                    new Ec2Error(
                            "IdempotentParameterMismatch",
                            "The client token was used with other parameters: " + text);
            case LIMIT_EXCEEDED -> new Ec2Error(limit(text), text);
            case INVALID_VALUE, MALFORMED_ID -> new Ec2Error("InvalidParameterValue", text);
            case MISSING_FIELD -> new Ec2Error("MissingParameter", text);
            case STORE_REFUSED, BUSY -> new Ec2Error(503, "Unavailable", text);
            case OUTCOME_UNKNOWN -> new Ec2Error(500, "InternalError", text);
            case RATE_LIMITED ->
                    new Ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");
            case TOO_LARGE -> new Ec2Error(413, "RequestEntityTooLarge", text);
            case MALFORMED_REQUEST,
                    MALFORMED_JSON,
                    UNKNOWN_FIELD,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    NO_SUCH_PATH,
                    METHOD_NOT_ALLOWED,
                    NOT_ACCEPTABLE,
                    UNSUPPORTED_MEDIA_TYPE,
                    PRECONDITION_FAILED,
                    INTERNAL ->
                    new Ec2Error(problem.status().value(), "InternalError", text);
        };
    }

    private static String limit(String text) {
        if (text.startsWith("private addresses of")) {
            return "InsufficientFreeAddressesInSubnet";
        }
        if (text.startsWith("private addresses on")) {
            return "PrivateIpAddressLimitExceeded";
        }
        if (text.startsWith("gateways of")) {
            return "NatGatewayLimitExceeded";
        }
        if (text.startsWith("elastic IPs of a tenant")) {
            return "AddressLimitExceeded";
        }
        if (text.contains("addresses of pool:")) {
            return "InsufficientAddressCapacity";
        }
        if (text.startsWith("tags of")) {
            return "TagLimitExceeded";
        }
        if (text.startsWith("VPCs of")) {
            return "VpcLimitExceeded";
        }
        if (text.startsWith("subnets of")) {
            return "SubnetLimitExceeded";
        }
        if (text.startsWith("network ACLs of")) {
            return "NetworkAclLimitExceeded";
        }
        if (text.startsWith("route tables of")) {
            return "RouteTableLimitExceeded";
        }
        if (text.startsWith("routes of")) {
            return "RouteLimitExceeded";
        }
        if (text.startsWith("internet gateways of")) {
            return "InternetGatewayLimitExceeded";
        }
        if (text.startsWith("entries of")) {
            return "NetworkAclEntryLimitExceeded";
        }
        return text.startsWith("flow logs of") ? "FlowLogsLimitExceeded" : "ResourceLimitExceeded";
    }
}
