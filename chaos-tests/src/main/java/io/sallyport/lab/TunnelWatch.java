package io.sallyport.lab;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a client's host has sent and got packets of a tunnel, and by which of its addresses. */
final class TunnelWatch implements AutoCloseable {

    private final Tcpdump tcpdump;
    private final Pattern packet;

    /** Returns when it sees all. */
    TunnelWatch(Host host, int vni, Path seen) {
        String device = host.links().getFirst().device();
        tcpdump = new Tcpdump(host, device, "udp port " + Topology.TUNNEL_PORT, seen);
        packet =
                Pattern.compile(
                        "(?m)^([0-9.]+) IP (\\S+)\\.[0-9]+ > (\\S+)\\.[0-9]+: VXLAN.* vni "
                                + vni
                                + "$");
    }

    /** From the first packet that left from there to the first after it that came there. */
    double answeredMillis(String here) {
        double left = Double.NaN;
        for (Matcher each = packet.matcher(tcpdump.text()); each.find(); ) {
            double at = Double.parseDouble(each.group(1));
            if (Double.isNaN(left) && each.group(2).equals(here)) {
                left = at;
            } else if (!Double.isNaN(left) && each.group(3).equals(here)) {
                return (at - left) * 1_000;
            }
        }
        throw new LabFailure("nothing was answered at " + here);
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
