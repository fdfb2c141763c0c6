package io.sallyport.gateway.io;

import io.sallyport.ids.NodeId;
import io.sallyport.net.IpAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the box's own stack off what the gateway does, by one nftables table: nothing is forwarded
 * untranslated between the inside devices and the outside device, and packets to the EIPs are not
 * the stack's to answer. The packet doors see packets before nftables does, so they lose nothing;
 * whatever else the box does is left alone. The table outlives a killed process, so that a dead
 * gateway leaks nothing; a clean stop removes it. One cold thread.
 */
public final class BoxGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BoxGuard.class);
    private static final long NFT_SECONDS = 10;
    private static final List<Path> FORWARDING =
            List.of(
                    Path.of("/proc/sys/net/ipv4/ip_forward"),
                    Path.of("/proc/sys/net/ipv6/conf/all/forwarding"));

    private final String table;
    private final boolean armed;
    private boolean remains;

    /** What the table's sets hold. */
    private Set<IpAddress> guarded = Set.of();

    private BoxGuard(String table, boolean armed) {
        this.table = table;
        this.armed = armed;
    }

    /**
     * Puts the table in place, or replaces that of a former life.
     *
     * @throws IllegalStateException where nft does not work and the box forwards packets
     */
    public static BoxGuard arm(NodeId node, List<String> inside, String outside) {
        String table = table(node);
        Optional<String> failure = nft(rules(table, inside, outside));
        if (failure.isEmpty()) {
            return new BoxGuard(table, true);
        }
        if (forwards()) {
            throw new IllegalStateException(
                    "this box forwards packets (net.ipv4.ip_forward or"
                            + " net.ipv6.conf.all.forwarding is 1) and nft cannot stop that between"
                            + " the gateway's devices: install nftables (apt-get install nftables)"
                            + " or turn forwarding off: "
                            + failure.get());
        }
        LOG.warn(
                "nft does not work here; forwarding is off, which keeps untranslated packets in: {}",
                failure.get());
        return new BoxGuard(table, false);
    }

    private static String table(NodeId node) {
        return "sallyport_" + node.value().replace('-', '_');
    }

    /** Removes what a life that has ended left; nothing where it left nothing. */
    public static void disarm(NodeId node) {
        String table = "table inet " + table(node) + "\n";
        nft(table + "delete " + table).ifPresent(failure -> LOG.warn("nft: {}", failure));
    }

    /**
     * From now on the box's stack does not see packets to these addresses from the outside. One
     * thread at a time.
     */
    public void eips(Collection<IpAddress> eips) {
        Set<IpAddress> wanted = Set.copyOf(eips);
        if (!armed || wanted.equals(guarded)) {
            return; // most catalogs change nothing here, and nft is a process
        }
        nft(elements("eips4", eips.stream().filter(IpAddress::isV4).toList())
                        + elements("eips6", eips.stream().filter(eip -> !eip.isV4()).toList()))
                .ifPresent(failure -> {
                    throw new IllegalStateException("nft refused the EIPs: " + failure);
                });
        guarded = wanted;
    }

    private String elements(String set, List<IpAddress> addresses) {
        String flush = "flush set inet " + table + " " + set + "\n";
        return addresses.isEmpty()
                ? flush
                : flush
                        + "add element inet "
                        + table
                        + " "
                        + set
                        + " { "
                        + addresses.stream()
                                .map(IpAddress::toString)
                                .collect(Collectors.joining(", "))
                        + " }\n";
    }

    /**
     * The whole table in one transaction. It is declared before it is deleted, since deleting what
     * is not there would fail.
     */
    static String rules(String table, List<String> inside, String outside) {
        String devices =
                inside.stream().map(BoxGuard::quoted).collect(Collectors.joining(", ", "{ ", " }"));
        String out = quoted(outside);
        // Prerouting and not only forward: before the forward hook the kernel already answers a
        // packet that is too long or whose TTL is used up, beside the gateway's own answer.
        String prerouting =
                inside.isEmpty()
                        ? ""
                        : "    iifname " + devices + " fib daddr oifname " + out + " drop\n";
        String forward =
                inside.isEmpty()
                        ? ""
                        : "    iifname %s oifname %s drop\n    iifname %s oifname %s drop\n"
                                .formatted(devices, out, out, devices);
        return """
        table inet %1$s
        delete table inet %1$s
        table inet %1$s {
          set eips4 { type ipv4_addr; }
          set eips6 { type ipv6_addr; }
          chain prerouting {
            type filter hook prerouting priority raw; policy accept;
            iifname %2$s ip daddr @eips4 drop
            iifname %2$s ip6 daddr @eips6 drop
        %3$s
          }
          chain forward {
            type filter hook forward priority raw; policy accept;
        %4$s
          }
        }
        """
                .formatted(table, out, prerouting, forward);
    }

    private static String quoted(String device) {
        return '"' + device + '"';
    }

    private static boolean forwards() {
        for (Path path : FORWARDING) {
            try {
                if (Files.exists(path) && !Files.readString(path).strip().equals("0")) {
                    return true;
                }
            } catch (IOException e) {
                // What cannot be read cannot be trusted to be off.
                return true;
            }
        }
        return false;
    }

    /** What went wrong, or nothing. */
    private static Optional<String> nft(String script) {
        try {
            Process process =
                    new ProcessBuilder("nft", "-f", "-").redirectErrorStream(true).start();
            try (var input = process.getOutputStream()) {
                input.write(script.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(NFT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("nft did not end in " + NFT_SECONDS + " s");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(output.strip().lines().findFirst().orElse("nft failed"));
        } catch (IOException e) {
            return Optional.of("nft cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while nft ran");
        }
    }

    /** The table outlives {@link #close}, as it outlives a killed process. */
    public void remain() {
        remains = true;
    }

    /** Removes the table, unless {@link #remain} was said: the box is as it was. */
    @Override
    public void close() {
        if (armed && !remains) {
            nft("delete table inet " + table + "\n")
                    .ifPresent(failure -> LOG.warn("nft left table {}: {}", table, failure));
        }
    }
}
