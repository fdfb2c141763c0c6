package io.sallyport.gateway.kernel;

import io.sallyport.net.IpPrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A VPC's own prefixes on its plain devices: what goes there is no business of the gateway, so that
 * its programs leave it to the kernel. One thread at a time.
 */
public final class PrefixSet {

    private record Entry(int device, IpPrefix prefix) {

        byte[] key() {
            int bits = prefix.length() + 128 - prefix.address().bits();
            ByteBuffer key = ByteBuffer.allocate(MapLayout.PREFIX_BYTES);
            key.order(ByteOrder.nativeOrder())
                    .putInt(0, MapLayout.PREFIX_DEVICE_BITS + bits)
                    .putInt(MapLayout.PREFIX_DEVICE, device);
            key.order(ByteOrder.BIG_ENDIAN)
                    .putLong(MapLayout.PREFIX_ADDRESS, prefix.address().high())
                    .putLong(MapLayout.PREFIX_ADDRESS + 8, prefix.address().low());
            return key.array();
        }
    }

    private final BpfMap map;
    private Set<Entry> told = Set.of();

    PrefixSet(BpfMap map) {
        this.map = map;
    }

    /** All of them, by the device's number. */
    public void set(Map<Integer, List<IpPrefix>> byDevice) {
        Set<Entry> wanted = new HashSet<>();
        byDevice.forEach(
                (device, prefixes) -> prefixes.forEach(p -> wanted.add(new Entry(device, p))));
        for (Entry entry : wanted) {
            if (!told.contains(entry)) {
                map.update(entry.key(), BpfMap.key(1));
            }
        }
        for (Entry entry : told) {
            if (!wanted.contains(entry)) {
                map.delete(entry.key());
            }
        }
        told = wanted;
    }
}
