package io.sallyport.gateway.kernel;

import io.sallyport.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Addresses that the programs must know: EIPs, which are ours to answer for, and the box's own,
 * which its kernel is to have. One thread at a time.
 */
public final class AddressSet {

    private final BpfMap map;
    private final Map<IpAddress, Integer> told = new HashMap<>();
    private Set<IpAddress> eips;
    private Set<IpAddress> local;

    /** With what a former life told, so that nothing is taken back before it is known. */
    AddressSet(BpfMap map) {
        this.map = map;
        for (byte[] key : map.keys()) {
            ByteBuffer numbers = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder());
            map.lookup(key)
                    .ifPresent(kind ->
                            told.put(
                                    IpAddress.of(numbers.getLong(0), numbers.getLong(8)),
                                    ByteBuffer.wrap(kind).order(ByteOrder.nativeOrder()).getInt()));
        }
        eips = of(MapLayout.ADDRESS_EIP);
        local = of(MapLayout.ADDRESS_LOCAL);
    }

    private Set<IpAddress> of(int kind) {
        return told.entrySet().stream()
                .filter(one -> (one.getValue() & kind) != 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    public synchronized void eips(Set<IpAddress> addresses) {
        eips = Set.copyOf(addresses);
        tell();
    }

    public synchronized void local(Set<IpAddress> addresses) {
        local = Set.copyOf(addresses);
        tell();
    }

    private void tell() {
        Map<IpAddress, Integer> wanted = new HashMap<>();
        eips.forEach(address -> wanted.merge(address, MapLayout.ADDRESS_EIP, (a, b) -> a | b));
        local.forEach(address -> wanted.merge(address, MapLayout.ADDRESS_LOCAL, (a, b) -> a | b));
        wanted.forEach((address, kind) -> {
            if (!kind.equals(told.get(address))) {
                map.update(key(address), BpfMap.key(kind));
                told.put(address, kind);
            }
        });
        told.keySet().removeIf(address -> !wanted.containsKey(address) && map.delete(key(address)));
    }

    private static byte[] key(IpAddress address) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(address.high())
                .putLong(address.low())
                .array();
    }
}
