package io.sallyport.store.catalog;

import java.util.Optional;
import java.util.stream.Stream;

/** Of what a tenant has only so many, unless the operator says another number. */
public enum Quota {
    VPCS(1, "vpcs", "VPCs of a tenant", CatalogLimits.VPCS_PER_TENANT),
    ELASTIC_IPS(2, "elasticIps", "elastic IPs of a tenant", CatalogLimits.ADDRESSES_PER_TENANT),
    GATEWAYS(3, "gateways", "gateways of a tenant", CatalogLimits.GATEWAYS_PER_TENANT),
    NETWORK_INTERFACES(
            4,
            "networkInterfaces",
            "network interfaces of a tenant",
            CatalogLimits.INTERFACES_PER_TENANT),
    NETWORK_ACLS(5, "networkAcls", "network ACLs of a tenant", CatalogLimits.ACLS_PER_TENANT),
    NETWORK_ACL_ENTRIES(
            6,
            "networkAclEntries",
            "entries of all ACLs of a tenant",
            CatalogLimits.ENTRIES_PER_TENANT),
    ROUTE_TABLES(
            7, "routeTables", "route tables of a tenant", CatalogLimits.ROUTE_TABLES_PER_TENANT),
    INTERNET_GATEWAYS(
            8,
            "internetGateways",
            "internet gateways of a tenant",
            CatalogLimits.INTERNET_GATEWAYS_PER_TENANT);

    /** Every node has the whole catalog, so not more than so many times the default. */
    private static final int TIMES = 10;

    private final int number;
    private final String field;
    private final String text;
    private final int byDefault;

    Quota(int number, String field, String text, int byDefault) {
        this.number = number;
        this.field = field;
        this.text = text;
        this.byDefault = byDefault;
    }

    /** On the log and on the wire, for ever. */
    int number() {
        return number;
    }

    static Optional<Quota> numbered(int number) {
        return Stream.of(values()).filter(quota -> quota.number == number).findFirst();
    }

    /** As the operator's API calls it. */
    public String field() {
        return field;
    }

    /** As refusals call it. */
    String text() {
        return text;
    }

    public int byDefault() {
        return byDefault;
    }

    /** What the operator may say at most. */
    public int most() {
        return TIMES * byDefault;
    }
}
