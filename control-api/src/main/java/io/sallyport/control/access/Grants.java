package io.sallyport.control.access;

import io.sallyport.store.catalog.KeyScope.Area;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which part of the API a REST call is about, and whether it may change anything. */
public final class Grants {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    /** By the first word of the path after {@code /v1/}. */
    private static final Map<String, Area> AREAS =
            Map.of(
                    "vpcs", Area.VPCS,
                    "subnets", Area.VPCS,
                    "route-tables", Area.VPCS,
                    "gateways", Area.GATEWAYS,
                    "elastic-ips", Area.ADDRESSES,
                    "network-interfaces", Area.ADDRESSES,
                    "network-acls", Area.NETWORK_ACLS,
                    "flow-logs", Area.FLOW_LOGS,
                    "operations", Area.OPERATIONS);

    private Grants() {}

    /** Empty: of no tenant's part. */
    public static Optional<Area> area(String path) {
        String[] parts = path.split("/", -1);
        boolean tiesAcl = parts.length > 2 && parts[parts.length - 1].equals("network-acl");
        return parts.length < 3
                ? Optional.empty()
                : tiesAcl
                        ? Optional.of(Area.NETWORK_ACLS)
                        : Optional.ofNullable(AREAS.get(parts[2]));
    }

    /** To explain a packet is to look. */
    static boolean changes(String method, String path) {
        return !READING.contains(method) && !(method.equals("POST") && path.endsWith("/explain"));
    }
}
