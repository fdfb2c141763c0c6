package io.sallyport.lab;

/** What a host's devices leave to each other of TCP: whether a packet may be many on a wire. */
final class Offloads {

    private Offloads() {}

    /** Each packet that it sends or hears is one on the wire. */
    static void off(Host host, String device) {
        // Sockets make large packets even for a device that has no offload, and cut them in its
        // queue, behind where they are counted; not for one that takes one segment.
        Network.batch(
                host.inside("ip", "-batch", "-"),
                java.util.List.of("link set dev " + device + " gso_max_segs 1"));
        Shell.run(host.inside("ethtool", "-K", device, "gro", "off")).orFail();
    }

    /** Up to 64 KiB both ways. */
    static void on(Host host, String device) {
        Network.batch(
                host.inside("ip", "-batch", "-"),
                java.util.List.of("link set dev " + device + " gso_max_segs 65535"));
        Shell.run(
                        host.inside(
                                "ethtool", "-K", device, "tx", "on", "sg", "on", "tso", "on", "gso",
                                "on", "gro", "on"))
                .orFail();
    }
}
