package io.sallyport.gateway.ports;

import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.TenantId;
import io.sallyport.net.IpAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the quotas before a port of a cold destination is asked of the store: there every one of
 * them is a commit. Token buckets of one second's worth, each kept as one number, the time at which
 * it is full again (the generic cell rate algorithm, ITU-T I.371): a bucket in the past is a full
 * one, so it may be forgotten, and a fixed table serves any number of clients. Allocates nothing
 * for a client. Worker thread.
 */
public final class ColdGuard {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int WAYS = 4;
    private static final int SETS = 1 << 13;

    private final ColdQuotas quotas;
    private final long seed;
    private final long[] highs;
    private final long[] lows;
    private final int[] vpcs;
    private final long[] fullAt;
    private final Map<TenantId, long[]> tenants = new HashMap<>();

    /**
     * @param seed unpredictable, so that nobody can choose addresses that meet in the table
     */
    public ColdGuard(ColdQuotas quotas, long seed) {
        this.quotas = quotas;
        this.seed = seed;
        int size = quotas.perClient() == 0 ? 0 : SETS * WAYS;
        highs = new long[size];
        lows = new long[size];
        vpcs = new int[size];
        fullAt = new long[size];
    }

    /**
     * Takes a token of the client's and of the tenant's, or none.
     *
     * @param liveMembers how many nodes share the quotas, from 1
     * @return which quota is used up; null: go on
     */
    public @Nullable Refusal refuses(
            TenantId tenant, InsideKey inside, int liveMembers, long nowNanos) {
        long clientStep = step(quotas.perClient(), liveMembers);
        long tenantStep = step(quotas.perTenant(), liveMembers);
        int slot = clientStep == 0 ? 0 : slot(inside.vpc(), inside.client().address(), nowNanos);
        if (clientStep != 0 && empty(fullAt[slot], clientStep, nowNanos)) {
            return Refusal.COLD_QUOTA_CLIENT;
        }
        if (tenantStep != 0) {
            long[] bucket = tenants.get(tenant);
            if (bucket == null) {
                bucket = new long[] {nowNanos};
                tenants.put(tenant, bucket);
            }
            if (empty(bucket[0], tenantStep, nowNanos)) {
                return Refusal.COLD_QUOTA_TENANT;
            }
            bucket[0] = Math.max(bucket[0], nowNanos) + tenantStep;
        }
        if (clientStep != 0) {
            fullAt[slot] = Math.max(fullAt[slot], nowNanos) + clientStep;
        }
        return null;
    }

    /** Nanoseconds per token. */
    private static long step(int perSecond, int liveMembers) {
        return perSecond == 0 ? 0 : Math.max(1, SECOND_NANOS * liveMembers / perSecond);
    }

    private static boolean empty(long fullAtNanos, long step, long nowNanos) {
        return fullAtNanos - nowNanos > Math.max(0, SECOND_NANOS - step);
    }

    /** Where the client's bucket is; the fullest of its set makes room for a new one. */
    private int slot(int vpc, IpAddress client, long nowNanos) {
        long high = client.high();
        long low = client.low();
        long hash = mix(mix(mix(seed ^ high) ^ low) ^ vpc);
        int first = (int) (hash & (SETS - 1)) * WAYS;
        int fullest = first;
        for (int i = first; i < first + WAYS; i++) {
            if (vpcs[i] == vpc && lows[i] == low && highs[i] == high) {
                return i;
            }
            if (fullAt[i] - fullAt[fullest] < 0) {
                fullest = i;
            }
        }
        highs[fullest] = high;
        lows[fullest] = low;
        vpcs[fullest] = vpc;
        fullAt[fullest] = nowNanos;
        return fullest;
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 32) * 0xd6e8feb86659fd93L;
        z = (z ^ z >>> 32) * 0xd6e8feb86659fd93L;
        return z ^ z >>> 32;
    }
}
