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

    private final BpfMap map;

    /** Keys of the map. */
    private Set<ByteBuffer> told = new HashSet<>();

    PrefixSet(BpfMap map) {
        this.map = map;
        map.keys().forEach(key -> told.add(ByteBuffer.wrap(key)));
    }

    /** All of them, by the device's number. */
    public void set(Map<Integer, List<IpPrefix>> byDevice) {
        Set<ByteBuffer> wanted = new HashSet<>();
        byDevice.forEach(
                (device, prefixes) -> prefixes.forEach(one -> wanted.add(key(device, one))));
        for (ByteBuffer key : wanted) {
            if (!told.contains(key)) {
                map.update(key.array(), BpfMap.key(1));
            }
        }
        for (ByteBuffer key : told) {
            if (!wanted.contains(key)) {
                map.delete(key.array());
            }
        }
        told = wanted;
    }

    private static ByteBuffer key(int device, IpPrefix prefix) {
        int bits = prefix.length() + 128 - prefix.address().bits();
        ByteBuffer key = ByteBuffer.allocate(MapLayout.PREFIX_BYTES);
        key.order(ByteOrder.nativeOrder())
                .putInt(0, MapLayout.PREFIX_DEVICE_BITS + bits)
                .putInt(MapLayout.PREFIX_DEVICE, device);
        key.order(ByteOrder.BIG_ENDIAN)
                .putLong(MapLayout.PREFIX_ADDRESS, prefix.address().high())
                .putLong(MapLayout.PREFIX_ADDRESS + 8, prefix.address().low());
        return key;
    }
}
