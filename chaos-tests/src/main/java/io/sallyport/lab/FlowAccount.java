package io.sallyport.lab;

import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.InterfaceCounts.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The same packets by two books: the kernels' at both ends, and the flow log's in the bucket. UDP
 * of one client to and from a server's echo by both families, and TCP to another server, all of
 * which is to be denied.
 */
final class FlowAccount {

    private static final String DENIED = "denied";

    private final LabState.Tenant tenant;
    private final String client;
    private final String clientV6;
    private final InterfaceCounts atClient;
    private final InterfaceCounts atServer;
    private final FlowLogs logs;

    FlowAccount(LabState lab, LabState.Tenant tenant) {
        this.tenant = tenant;
        Topology topology = lab.topology();
        client = Tenancy.insideAddress(topology, 1);
        clientV6 = Tenancy.insideAddressV6(topology, 1);
        Host.Link server = topology.server(1).links().getFirst();
        String echo = "udp dport " + TestServer.UDP_PORT;
        String echoed = "udp sport " + TestServer.UDP_PORT;
        String v4 = server.ipv4();
        String v6 = server.ipv6();
        List<Wanted> ends = new ArrayList<>();
        ends.add(new Wanted("from_client_v4", true, "ip daddr " + v4 + " " + echo));
        ends.add(new Wanted("from_client_v6", true, "ip6 daddr " + v6 + " " + echo));
        ends.add(new Wanted("to_client_v4", false, "ip saddr " + v4 + " " + echoed));
        ends.add(new Wanted("to_client_v6", false, "ip6 saddr " + v6 + " " + echoed));
        String other = topology.server(2).links().getFirst().ipv4();
        ends.add(new Wanted(DENIED, true, "ip daddr " + other + " meta l4proto tcp"));
        atClient = new InterfaceCounts(topology.client(1), ends);
        String eip = tenant.eips().getFirst().address();
        String eipV6 = tenant.eips().getLast().address();
        atServer =
                new InterfaceCounts(
                        topology.server(1),
                        List.of(
                                new Wanted("to_remote_v4", false, "ip saddr " + eip + " " + echo),
                                new Wanted(
                                        "to_remote_v6", false, "ip6 saddr " + eipV6 + " " + echo),
                                new Wanted(
                                        "from_remote_v4", true, "ip daddr " + eip + " " + echoed),
                                new Wanted(
                                        "from_remote_v6",
                                        true,
                                        "ip6 daddr " + eipV6 + " " + echoed)));
        logs = new FlowLogs(Lab.s3(lab), tenant.bucket());
    }

    /** What the ends' kernels counted. */
    Map<String, Sum> seen() {
        Map<String, Sum> seen = new TreeMap<>(atClient.read());
        seen.putAll(atServer.read());
        return seen;
    }

    /** What the bucket's records add up to, as they are now. */
    Map<String, Sum> told() {
        logs.fetch();
        Map<String, Sum> told = new TreeMap<>();
        for (String line : logs.lines()) {
            String[] words = line.split(" ");
            String name = words.length == 14 ? name(words) : "";
            if (!name.isEmpty()) {
                Sum sum = new Sum(Long.parseLong(words[8]), Long.parseLong(words[9]));
                told.merge(name, sum, Sum::plus);
            }
        }
        return told;
    }

    /** Of a record in AWS' default format; empty: of other traffic. */
    private String name(String[] words) {
        String source = words[3];
        String target = words[4];
        if (words[12].equals("REJECT")) {
            return words[7].equals("6") && source.equals(client) ? DENIED : "";
        }
        String port = Integer.toString(TestServer.UDP_PORT);
        if (!words[7].equals("17") || !(words[5].equals(port) || words[6].equals(port))) {
            return "";
        }
        boolean v6 = source.contains(":");
        String inside = v6 ? clientV6 : client;
        String gateway = v6 ? tenant.privateAddressV6() : tenant.privateAddress();
        String leg;
        if (source.equals(inside)) {
            leg = "from_client";
        } else if (target.equals(inside)) {
            leg = "to_client";
        } else {
            leg = source.equals(gateway) ? "to_remote" : "from_remote";
        }
        return leg + (v6 ? "_v6" : "_v4");
    }

    /** Lines that say that something is missing. */
    List<String> skipped() {
        return logs.lines().stream().filter(line -> line.endsWith(" SKIPDATA")).toList();
    }

    int objects() {
        return logs.objects();
    }
}
