package io.sallyport.store.catalog;

/**
 * All bounds of the catalog. Each keeps one command well inside one log entry of 64 KiB, or the
 * whole catalog inside what a node can rebuild its view from in milliseconds. A network ACL may be
 * larger than that entry: then it has one of its own.
 */
public final class CatalogLimits {

    /** All resources together: bounds the catalog that is shipped whole to every node. */
    public static final int RESOURCES = 100_000;

    public static final int PREFIXES_PER_POOL = 64;
    public static final int PREFIXES_PER_VPC = 16;
    public static final int ENDPOINTS_PER_VPC = 64;
    public static final int INTERFACES_PER_VPC = 16;
    public static final int VPCS_PER_TENANT = 100;
    public static final int SUBNETS_PER_VPC = 200;
    public static final int ADDRESSES_PER_TENANT = 1_000;
    public static final int GATEWAYS_PER_TENANT = 100;
    public static final int INTERFACES_PER_TENANT = 1_000;

    /** As AWS has it in a VPC; main ones, which come and go with VPCs, are not counted. */
    public static final int ROUTE_TABLES_PER_TENANT = 200;

    /** As AWS has it, the local ones not counted. */
    public static final int ROUTES_PER_TABLE = 500;

    public static final int INTERNET_GATEWAYS_PER_TENANT = 100;

    /** Of each family, as AWS has it for a zonal gateway. */
    public static final int ADDRESSES_PER_GATEWAY = 8;

    /** As AWS has it: the one in use and the one that takes its place. */
    public static final int ACCESS_KEYS_PER_TENANT = 2;

    /** Likewise. */
    public static final int API_KEYS_PER_TENANT = 2;

    public static final int TAGS_PER_RESOURCE = 50;

    /** Characters. */
    public static final int TAG_KEY = 127;

    /** Characters. */
    public static final int TAG_VALUE = 256;

    /** Resources that are tagged by one command. */
    public static final int TAGGED_AT_ONCE = 1_000;

    /** How long a deleted gateway is told of: an hour, as AWS does. */
    public static final long FORMER_MILLIS = 3_600_000;

    /** Deleted gateways that are told of; the oldest go first. */
    public static final int FORMER_PER_TENANT = 200;

    /** VPCs' default ones, which come and go with them, are not counted. */
    public static final int ACLS_PER_TENANT = 200;

    /**
     * Both directions together; at most 44 bytes each as AWS has them and 63 with a near prefix, so
     * 430 or 616 KiB on the log and on the wire.
     */
    public static final int ENTRIES_PER_ACL = 10_000;

    /** Those of all a tenant's ACLs, since every node holds every catalog: 8.4 to 12 MiB. */
    public static final int ENTRIES_PER_TENANT = 200_000;

    public static final int FLOW_LOGS_PER_RESOURCE = 8;

    /** Characters of a flow log's format: all fields are some 500. */
    public static final int LOG_FORMAT = 1_024;

    /** R: nodes that hold a connection before its first packet leaves. */
    public static final int COPIES = 8;

    /** Characters of a tenant's name. */
    public static final int NAME = 255;

    /** Characters of a flow log's object prefix: S3 keys end at 1,024 with the rest of the path. */
    public static final int OBJECT_PREFIX = 512;

    private CatalogLimits() {}
}
