package io.sallyport.gateway.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the maps hold beside the connection table: Java and the programs must see the same. */
class MapLayoutTest {

    private final Map<String, Integer> c = CLayout.numbers();

    @Test
    void bothAreOfOneVersion() {
        is("LAYOUT", MapLayout.VERSION);
    }

    @Test
    void aNextHopLiesAsInC() {
        is("sizeof nexthop", MapLayout.NEXT_HOP_BYTES);
        is("nexthop.dmac", MapLayout.NEXT_HOP_TARGET);
        is("nexthop.smac", MapLayout.NEXT_HOP_SOURCE);
        is("nexthop.ifindex", MapLayout.NEXT_HOP_DEVICE);
        is("nexthop.mtu", MapLayout.NEXT_HOP_MTU);
        is("nexthop.kind", MapLayout.NEXT_HOP_KIND);
        is("nexthop.local_high", MapLayout.NEXT_HOP_LOCAL);
        is("nexthop.local_low", MapLayout.NEXT_HOP_LOCAL + Long.BYTES);
        is("HOP_NONE", MapLayout.KIND_NONE);
        is("HOP_PLAIN", MapLayout.KIND_PLAIN);
        is("HOP_TUNNEL", MapLayout.KIND_TUNNEL);
    }

    @Test
    void metaLiesAsInC() {
        is("meta.layout", MapLayout.META_VERSION);
        is("meta.connections", MapLayout.META_CONNECTIONS);
        is("meta.buckets", MapLayout.META_BUCKETS);
        is("meta.seed", MapLayout.META_SEEDS);
        is("meta.act_until", MapLayout.META_ACT_UNTIL);
        is("meta.seed_ipv4", MapLayout.META_SEED_IPV4);
        int reserved = MapLayout.META_ACT_UNTIL + Long.BYTES;
        assertThat(MapLayout.META_LIFE).isEqualTo(reserved);
        assertThat(MapLayout.META_DEVICES)
                .isBetween(reserved + Integer.BYTES, reserved + 3 * Integer.BYTES);
    }

    @Test
    void aDeviceLiesAsInC() {
        is("device.mac", MapLayout.DEVICE_MAC);
        is("device.vpc", MapLayout.DEVICE_VPC);
        is("device.flags", MapLayout.DEVICE_FLAGS);
        is("device.ifindex", MapLayout.DEVICE_INDEX);
        is("device.local_high", MapLayout.DEVICE_LOCAL);
        is("device.local_low", MapLayout.DEVICE_LOCAL + Long.BYTES);
        is("device.tunnel_port", MapLayout.DEVICE_TUNNEL_PORT);
        is("DEVICE_TUNNEL_V6", MapLayout.DEVICE_TUNNEL_V6);
        assertThat(ElfObject.resource(MapLayoutTest.class, "/kernel/tcx.o").maps())
                .hasEntrySatisfying(
                        "device",
                        spec -> assertThat(spec.valueBytes()).isEqualTo(c.get("sizeof device")));
    }

    @Test
    void addressesAndPrefixesLieAsInC() {
        is("ADDRESS_EIP", MapLayout.ADDRESS_EIP);
        is("ADDRESS_LOCAL", MapLayout.ADDRESS_LOCAL);
        is("sizeof prefix", MapLayout.PREFIX_BYTES);
        is("prefix.bits", 0);
        is("prefix.ifindex", MapLayout.PREFIX_DEVICE);
        is("prefix.high", MapLayout.PREFIX_ADDRESS);
        is("prefix.low", MapLayout.PREFIX_ADDRESS + Long.BYTES);
    }

    @Test
    void aPuntLiesAsInC() {
        is("punt.length", MapLayout.PUNT_LENGTH);
        is("punt.caplen", MapLayout.PUNT_CAPTURED);
        is("punt.vni", MapLayout.PUNT_VNI);
        is("punt.vtep_high", MapLayout.PUNT_TUNNEL);
        is("punt.vtep_low", MapLayout.PUNT_TUNNEL + Long.BYTES);
        is("punt.reason", MapLayout.PUNT_REASON);
        is("punt.gso_size", MapLayout.PUNT_GSO_SIZE);
        is("punt.time", MapLayout.PUNT_TIME);
        is("sizeof punt", MapLayout.PUNT_DATA);
    }

    @Test
    void aCountLiesAsInC() {
        is("sizeof count", MapLayout.COUNT_BYTES);
        is("count.packets", MapLayout.COUNT_PACKETS);
        is("count.bytes", MapLayout.COUNT_IP_BYTES);
    }

    @Test
    void outcomesHaveTheNumbersOfTheirReasons() {
        for (PathOutcome outcome : PathOutcome.values()) {
            String name = (outcome.isUp() ? "PUNT_" : "") + outcome;
            is(name, outcome.number());
        }
        long up = c.keySet().stream().filter(name -> name.startsWith("PUNT_")).count();
        assertThat(PathOutcome.values()).filteredOn(PathOutcome::isUp).hasSize((int) up);
    }

    private void is(String name, int here) {
        assertThat(c).containsEntry(name, here);
    }
}
