package io.sallyport.gateway.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.kernel.CLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table's memory is read by Java and by BPF programs: both must see the same fields. */
class RecordLayoutTest {

    private final Map<String, Integer> c = CLayout.numbers();

    @Test
    void aRecordLiesAsInC() {
        is("sizeof connection", RecordLayout.BYTES);
        is("connection.inside_high", RecordLayout.INSIDE);
        is("connection.remote_high", RecordLayout.REMOTE);
        is("connection.vni_protocol", RecordLayout.VNI_PROTOCOL);
        is("connection.inside_port", RecordLayout.INSIDE_PORT);
        is("connection.remote_port", RecordLayout.REMOTE_PORT);
        is("connection.eip", RecordLayout.EIP);
        is("connection.nat_port", RecordLayout.NAT_PORT);
        is("connection.state", RecordLayout.STATE);
        is("connection.gateway", RecordLayout.GATEWAY);
        is("connection.ways", RecordLayout.WAYS);
        is("connection.acl_version", RecordLayout.ACL_VERSION);
        is("connection.generation", RecordLayout.GENERATION);
        is("connection.out_packets", RecordLayout.OUT_PACKETS);
        is("connection.out_bytes", RecordLayout.OUT_BYTES);
        is("connection.in_packets", RecordLayout.IN_PACKETS);
        is("connection.in_bytes", RecordLayout.IN_BYTES);
        is("connection.out_last", RecordLayout.OUT_LAST);
        is("connection.in_last", RecordLayout.IN_LAST);
        is("connection.flags_out", RecordLayout.FLAGS_OUT);
        is("connection.flags_in", RecordLayout.FLAGS_IN);
        is("connection.next_out", RecordLayout.NEXT_OUT);
        is("connection.next_in", RecordLayout.NEXT_IN);
    }

    @Test
    void aBucketLiesAsInC() {
        is("sizeof bucket", RecordLayout.BUCKET_BYTES);
        is("bucket.overflow", 0);
        is("bucket.entries", 8);
        is("ENTRIES", RecordLayout.ENTRIES);
    }

    @Test
    void pathsAndAddressesLieAsInC() {
        is("sizeof path", RecordLayout.PATH_BYTES);
        is("path.vtep_high", 0);
        is("path.client_mac", 16);
        is("path.gateway_mac", 24);
        is("sizeof address", RecordLayout.ADDRESS_BYTES);
        is("address.high", 0);
        is("address.low", 8);
    }

    @Test
    void aStateMeansTheSame() {
        is("OPEN", ConnectionTable.OPEN);
        is("STOPPED", ConnectionTable.STOPPED);
        is("ALLOWED_OUT", ConnectionTable.ALLOWED_OUT);
        is("ALLOWED_IN", ConnectionTable.ALLOWED_IN);
        is("EIP_GONE", ConnectionTable.EIP_GONE);
        is("IN_ORDER", ConnectionTable.IN_ORDER);
        is("NEXT_KNOWN", ConnectionTable.NEXT_KNOWN);
        is("NEXT_DOUBTED", ConnectionTable.NEXT_DOUBTED);
        is("NEXT_GAP", ConnectionTable.NEXT_GAP);
        is("WINDOW", ConnectionTable.WINDOW);
    }

    private void is(String name, int here) {
        assertThat(c).containsEntry(name, here);
    }
}
