package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.view.AclView;
import io.sallyport.gateway.view.SubnetView;
import io.sallyport.gateway.wire.HotPath;
import io.sallyport.ids.SubnetId;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A VPC's subnets, of which none overlaps another, by numbers in the order of their addresses. */
@HotPath
final class SubnetSet {

    static final int NONE = -1;
    static final SubnetSet EMPTY =
            new SubnetSet(
                    List.of(),
                    acl -> {
                        throw new IllegalStateException("no subnet has " + acl.id());
                    });

    private final List<SubnetId> ids;
    private final long[] high;
    private final long[] low;
    private final long[] highMask;
    private final long[] lowMask;
    private final @Nullable AclPair[] acls;

    SubnetSet(List<SubnetView> subnets, Function<AclView, AclPair> compiled) {
        List<SubnetView> sorted =
                subnets.stream()
                        .sorted(Comparator.comparing((SubnetView s) -> s.prefix().address()))
                        .toList();
        int size = sorted.size();
        ids = sorted.stream().map(SubnetView::id).toList();
        high = new long[size];
        low = new long[size];
        highMask = new long[size];
        lowMask = new long[size];
        acls = new AclPair[size];
        for (int i = 0; i < size; i++) {
            IpPrefix prefix = sorted.get(i).prefix();
            int bits = prefix.length() + 128 - prefix.address().bits();
            high[i] = prefix.address().high();
            low[i] = prefix.address().low();
            highMask[i] = bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
            lowMask[i] = bits <= 64 ? 0 : -1L << (128 - bits);
            acls[i] = sorted.get(i).acl().map(compiled).orElse(null);
        }
    }

    /** Cold. */
    int numberOf(SubnetId id) {
        return ids.indexOf(id);
    }

    /** The subnet that has the address, or {@link #NONE}: the last that begins not after it may. */
    int find(long addressHigh, long addressLow) {
        int from = 0;
        int to = high.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], addressHigh);
            if (order == 0) {
                order = Long.compareUnsigned(low[middle], addressLow);
            }
            if (order <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        int last = from - 1;
        return last >= 0
                        && ((high[last] ^ addressHigh) & highMask[last]) == 0
                        && ((low[last] ^ addressLow) & lowMask[last]) == 0
                ? last
                : NONE;
    }

    /** What stands at the boundary of the subnet that has the address; null: nothing. Cold. */
    @Nullable AclPair aclOf(IpAddress address) {
        return acl(find(address.high(), address.low()));
    }

    /** What stands at its boundary; null: nothing, as where there is no such subnet. */
    @Nullable AclPair acl(int subnet) {
        return subnet == NONE ? null : acls[subnet];
    }
}
