package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.dataplane.Rig.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * A change of an ACL of 10,000 rules, compiled on another thread as the node does it, while packets
 * go on. Every rule of a version says the opposite of the version before, so each packet tells
 * which version judged it.
 */
class AclChangeTest {

    private static final int REMOTES = 4_999;
    private static final int CHANGES = 6;

    /** Beyond those that the rig has used. */
    private static final int SERIAL = 100;

    private final Rig rig = new Rig();
    private final Random random = new Random(7);

    /** Which remotes may be sent to: those whose number is even, or odd, by the version. */
    private static boolean allows(int version, int remote) {
        return (remote + version) % 2 == 0;
    }

    private static List<AclEntry> entries(int version) {
        List<AclEntry> entries = new ArrayList<>();
        for (int i = 0; i < REMOTES; i++) {
            for (boolean egress : new boolean[] {true, false}) {
                IpPrefix remote = new IpPrefix(remote(i), 32);
                entries.add(
                        new AclEntry(
                                i + 1, egress, -1, allows(version, i), remote, 0, 65535, -1, -1));
            }
        }
        return entries;
    }

    private static IpAddress remote(int number) {
        return IpAddress.of(0, 0xffff_c612_0000L | number);
    }

    @Test
    void noPacketIsJudgedByAMixtureOfTwoVersions() throws Exception {
        try (ExecutorService compiler = Executors.newSingleThreadExecutor()) {
            obey(new CompiledView(view(1), SERIAL + 1, rig.view));
            for (int version = 1; version < CHANGES; version++) {
                int next = version + 1;
                CompiledView before = rig.view;
                Future<CompiledView> fresh =
                        compiler.submit(() -> new CompiledView(view(next), SERIAL + next, before));
                while (!fresh.isDone()) {
                    send(version);
                }
                send(version);
                obey(fresh.get());
                for (int i = 0; i < 200; i++) {
                    send(next);
                }
            }
        }
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_OUT)).isPositive();
        assertThat(rig.counters.drops(DropReason.ACL_DENIED_IN)).isPositive();
    }

    private static NodeView view(int version) {
        return Rig.nodeView(Optional.of(entries(version)), true);
    }

    private void obey(CompiledView fresh) {
        rig.view = fresh;
        rig.pipeline.view(fresh);
        rig.carrier.view(fresh);
    }

    /** One to a remote, new or known, and where there is a connection also one back. */
    private void send(int version) {
        int number = random.nextInt(64);
        rig.out(Naive.udp(CLIENT, 5000, remote(number), 53, new byte[4]));
        assertThat(rig.outside.sent.size())
                .as("version %d, out to %d", version, number)
                .isEqualTo(allows(version, number) ? 1 : 0);
        rig.outside.sent.clear();
        InsideKey key =
                new InsideKey(
                        VPC,
                        Protocol.UDP,
                        new Endpoint(CLIENT, 5000),
                        new Endpoint(remote(number), 53));
        Connection open = rig.keeping.open.get(key);
        if (open != null) {
            rig.in(Naive.udp(remote(number), 53, EIP, open.natPort(), new byte[4]));
            assertThat(rig.tunnel.sent.size())
                    .as("version %d, in from %d", version, number)
                    .isEqualTo(allows(version, number) ? 1 : 0);
            rig.tunnel.sent.clear();
        }
    }
}
