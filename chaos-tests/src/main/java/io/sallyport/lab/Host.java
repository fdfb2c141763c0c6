package io.sallyport.lab;

import java.util.List;

/**
 * One machine of the lab: a network namespace.
 *
 * @param name as `lab kill` and `lab exec` say it: gw-1, store-2, client-3, router ...
 * @param number from 1 within its role
 * @param links to the router, the underlay's first; empty for the router itself
 */
record Host(String name, Role role, int number, String namespace, List<Link> links) {

    /** What a machine is for. */
    enum Role {
        ROUTER,
        STORE,
        GATEWAY,
        CONTROL,
        S3,
        CLIENT,
        SERVER
    }

    /**
     * A veth pair between a host and the router.
     *
     * @param device its end in the host, {@code routerDevice} its end in the router
     * @param ipv4 the host's address, {@code routerIpv4} its next hop; likewise for IPv6. Empty
     *     where the link has IPv6 alone
     */
    record Link(
            String device,
            String routerDevice,
            String ipv4,
            String routerIpv4,
            int ipv4Bits,
            String ipv6,
            String routerIpv6) {

        boolean hasIpv4() {
            return !ipv4.isEmpty();
        }

        /** IPv4 where there is. */
        String address() {
            return hasIpv4() ? ipv4 : ipv6;
        }

        /** The router's, of the same family. */
        String routerAddress() {
            return hasIpv4() ? routerIpv4 : routerIpv6;
        }
    }

    Host {
        links = List.copyOf(links);
    }

    /** The address by which other machines of the lab reach it. */
    String address() {
        return links.getFirst().address();
    }

    /** A port of it, as configurations and URLs say it. */
    String at(int port) {
        String address = address();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    /** The command that runs {@code command} inside. */
    List<String> inside(List<String> command) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("nsenter", "--net=/run/netns/" + namespace),
                        command.stream())
                .toList();
    }

    List<String> inside(String... command) {
        return inside(List.of(command));
    }
}
