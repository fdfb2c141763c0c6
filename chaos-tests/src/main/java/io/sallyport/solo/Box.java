package io.sallyport.solo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What this box must be and have before it can be a gateway. */
final class Box {

    private static final int CARRIER_TURNS = 30;
    private static final int CARRIER_TURN_MILLIS = 100;

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;

    /** An address on an interface, with its subnet. */
    record Subnet(InetAddress address, int prefixLength, String device) {

        String prefix() {
            return text(address) + "/" + prefixLength;
        }

        /** The subnet itself: the address without its host bits. */
        String network() {
            byte[] bytes = address.getAddress();
            for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
            }
            try {
                return text(InetAddress.getByAddress(bytes)) + "/" + prefixLength;
            } catch (IOException e) {
                throw new IllegalStateException("as many bytes as before", e);
            }
        }
    }

    private Box() {}

    /**
     * @throws SoloFailure for the first thing that is in the way
     */
    static void check(List<String> inside, String outside, List<InetAddress> eips) {
        checkRights();
        checkNft();
        List<String> devices = new ArrayList<>(inside);
        devices.add(outside);
        devices.forEach(Box::device);
        if (inside.contains(outside)) {
            throw new SoloFailure(SoloFailure.USAGE, "--inside and --outside are both " + outside);
        }
        for (Subnet owned : addresses()) {
            if (eips.contains(owned.address())) {
                throw new SoloFailure(
                        SoloFailure.USAGE,
                        "the EIP %s is configured on interface %s, so the box would answer for it;"
                                        .formatted(text(owned.address()), owned.device())
                                + " remove it with: ip addr del "
                                + owned.prefix()
                                + " dev "
                                + owned.device());
            }
        }
    }

    private static void checkRights() {
        try {
            long effective =
                    Files.readAllLines(Path.of("/proc/self/status")).stream()
                            .filter(line -> line.startsWith("CapEff:"))
                            .mapToLong(
                                    line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                            .findFirst()
                            .orElse(0);
            for (int capability : new int[] {CAP_NET_ADMIN, CAP_NET_RAW}) {
                if ((effective >>> capability & 1) == 0) {
                    throw new SoloFailure(
                            SoloFailure.FORBIDDEN,
                            "solo needs root, or the capabilities CAP_NET_ADMIN and CAP_NET_RAW:"
                                    + " it opens packet sockets and sets nftables rules");
                }
            }
        } catch (IOException e) {
            throw new SoloFailure(SoloFailure.FAILED, "/proc is not readable: " + e);
        }
    }

    private static void checkNft() {
        try {
            Process nft =
                    new ProcessBuilder("nft", "list", "tables").redirectErrorStream(true).start();
            String output =
                    new String(
                            nft.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);
            if (!nft.waitFor(10, TimeUnit.SECONDS) || nft.exitValue() != 0) {
                throw new SoloFailure(
                        SoloFailure.MISSING, "nft does not work here: " + output.strip());
            }
        } catch (IOException e) {
            throw new SoloFailure(
                    SoloFailure.MISSING,
                    "nft is missing, without which untranslated packets could leave:"
                            + " apt-get install nftables");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static NetworkInterface device(String name) {
        try {
            NetworkInterface device = NetworkInterface.getByName(name);
            if (device == null) {
                throw new SoloFailure(
                        SoloFailure.USAGE, "there is no network interface " + name + " (ip link)");
            }
            // A link that was just set up has no carrier for a moment, and then counts as down.
            for (int turn = 0; !device.isUp(); turn++) {
                if (turn == CARRIER_TURNS) {
                    throw new SoloFailure(
                            SoloFailure.USAGE,
                            "interface %s is down, or has no carrier: ip link set %s up"
                                    .formatted(name, name));
                }
                Thread.sleep(CARRIER_TURN_MILLIS);
            }
            return device;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (SocketException e) {
            throw new SoloFailure(SoloFailure.FAILED, "interface " + name + ": " + e);
        }
    }

    /** The subnets that are directly on these interfaces, link-local ones left out. */
    static List<Subnet> connected(List<String> devices) {
        return addresses().stream()
                .filter(owned -> devices.contains(owned.device()))
                .filter(owned -> !owned.address().isLinkLocalAddress())
                .sorted(Comparator.comparing(Subnet::prefix))
                .toList();
    }

    private static List<Subnet> addresses() {
        try {
            List<Subnet> found = new ArrayList<>();
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : device.getInterfaceAddresses()) {
                    found.add(
                            new Subnet(
                                    withoutScope(address.getAddress()),
                                    address.getNetworkPrefixLength(),
                                    device.getName()));
                }
            }
            return found;
        } catch (SocketException e) {
            throw new SoloFailure(SoloFailure.FAILED, "interfaces cannot be listed: " + e);
        }
    }

    private static InetAddress withoutScope(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (IOException e) {
            throw new IllegalStateException("an address of an interface", e);
        }
    }

    /** As RFC 5952 would have it for most addresses; without a scope. */
    static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
