package io.sallyport.gateway.ports;

/**
 * How many cold destinations may be opened per second, in the whole cluster; this node allows its
 * share, the quota divided by the live members. 0: no quota.
 *
 * @param perClient by one client address of a VPC
 * @param perTenant by all clients of a tenant
 */
public record ColdQuotas(int perClient, int perTenant) {

    public static final ColdQuotas NONE = new ColdQuotas(0, 0);

    /** A port scan stays below what a group of three stores decides in passing. */
    public static final ColdQuotas DEFAULT = new ColdQuotas(5_000, 50_000);
}
