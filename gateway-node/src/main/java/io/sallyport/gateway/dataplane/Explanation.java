package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.*;
import static io.sallyport.gateway.wire.Headers.*;
import static io.sallyport.gateway.wire.Octets.u48;

import io.sallyport.gateway.acl.AclPair;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.Keeping;
import io.sallyport.gateway.io.Frame;
import io.sallyport.gateway.kernel.PathOutcome;
import io.sallyport.gateway.kernel.Rehearsed;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclEntry;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What happens to a packet and why, for people: one line for each step. Immutable. */
public final class Explanation {

    private final List<String> lines = new ArrayList<>();
    private final Rehearsal asked;
    private final Optional<Rehearsed> program;
    private final Rehearsal.Performance node;

    Explanation(Rehearsal asked, Optional<Rehearsed> program, Rehearsal.Performance node) {
        this.asked = asked;
        this.program = program;
        this.node = node;
        line("packet", describe(asked.arrival.bytes()));
        line("interface", where());
        gateway().ifPresent(this::gateway);
        line("connection", connection());
        line("kernel", kernel());
        line("process", process());
        sent().ifPresent(this::rewrite);
        line("result", result());
    }

    /** Lines of what and how, the result last. */
    public String text() {
        return String.join("\n", lines) + "\n";
    }

    private void line(String about, String says) {
        lines.add(String.format(Locale.ROOT, "%-11s %s", about, says));
    }

    private String where() {
        CompiledVpc vpc = asked.arrival.vpc;
        String door = asked.arrival.door.name();
        return vpc == null
                ? door + ", outside"
                : door
                        + ", inside, VPC "
                        + vpc.number
                        + asked.arrival.tunnelEnd().map(end -> " from the host " + end).orElse("");
    }

    private Optional<CompiledGateway> gateway() {
        CompiledVpc vpc = asked.arrival.vpc;
        if (asked.known != null) {
            IpAddress eip = asked.known.connection().outside().outside().address();
            int owner = asked.view.eips.get(eip.high(), eip.low());
            return Optional.ofNullable(asked.view.gateway(owner));
        }
        if (vpc != null) {
            Packet sent = asked.packet;
            return Optional.ofNullable(
                    vpc.gateway(sent.sourceHigh, sent.sourceLow, sent.targetHigh, sent.targetLow));
        }
        int index = asked.view.eips.get(asked.packet.targetHigh, asked.packet.targetLow);
        return index == AddressMap.NONE
                ? Optional.empty()
                : Optional.ofNullable(asked.view.gateway(index));
    }

    private void gateway(CompiledGateway gateway) {
        line("gateway", gateway.view.id() + " of tenant " + gateway.view.tenant());
        if (asked.bad != null) {
            line("acl", "not asked, the packet is damaged");
        } else {
            acls(gateway).forEach(said -> line("acl", said));
        }
    }

    /** What each ACL on the way says, in the order in which the packet meets them. */
    private List<String> acls(CompiledGateway gateway) {
        boolean out = asked.arrival.vpc != null;
        Packet packet = asked.packet;
        Rehearsal.Known known = asked.known;
        if (!out && known == null) {
            return List.of("not asked, who its client is is not known here");
        }
        Boundaries way = new Boundaries();
        if (known == null) {
            way.flow(
                    asked.arrival.vpc,
                    gateway,
                    packet.protocol,
                    packet.sourceHigh,
                    packet.sourceLow,
                    packet.sourcePort,
                    packet.targetHigh,
                    packet.targetLow,
                    packet.targetPort,
                    0);
        } else {
            flow(way, gateway, known.connection());
        }
        boolean allowed;
        if (packet.icmpError) {
            IpAddress client =
                    out || known == null
                            ? IpAddress.of(packet.sourceHigh, packet.sourceLow)
                            : known.connection().inside().client().address();
            allowed =
                    way.allowsError(
                            out,
                            packet.protocol,
                            out ? packet.targetHigh : packet.sourceHigh,
                            out ? packet.targetLow : packet.sourceLow,
                            client.high(),
                            client.low(),
                            packet.icmpType,
                            packet.icmpCode);
        } else {
            allowed = way.allows(out, packet.icmpType, packet.icmpCode);
        }
        List<String> said = new ArrayList<>();
        for (int step = 0; step < way.reached(); step++) {
            int at = out ? step : Boundaries.COUNT - 1 - step;
            AclPair acl = way.acl(at);
            if (acl != null) {
                boolean passes = allowed || step < way.reached() - 1;
                said.add(acl(acl, at, out, way.decided(at), passes));
            }
        }
        return said.isEmpty() ? List.of("none: everything is allowed") : said;
    }

    private void flow(Boundaries way, CompiledGateway gateway, Connection connection) {
        Endpoint client = connection.inside().client();
        Endpoint remote = connection.inside().remote();
        way.flow(
                asked.view.vpc(connection.inside().vpc()),
                gateway,
                connection.inside().protocol().number(),
                client.address().high(),
                client.address().low(),
                client.port(),
                remote.address().high(),
                remote.address().low(),
                remote.port(),
                connection.natPort());
    }

    private static String acl(AclPair acl, int at, boolean out, int decided, boolean passes) {
        boolean egress = out != (at == Boundaries.INSIDE);
        String direction = egress ? "egress" : "ingress";
        String where =
                at == Boundaries.GATEWAY
                        ? "the gateway's"
                        : at == Boundaries.CLIENT_SUBNET
                                ? "the client's subnet's"
                                : "the gateway's subnet's";
        Optional<AclEntry> rule = acl.direction(egress).rule(decided);
        boolean denied = !rule.map(AclEntry::allow).orElse(false);
        String tracked =
                denied && passes ? "; it is stateful, and lets the connection out: passes" : "";
        return where
                + " "
                + acl.id()
                + ": "
                + rule.map(one ->
                                direction
                                        + " rule "
                                        + one.ruleNumber()
                                        + (one.allow() ? " allows it: " : " denies it: ")
                                        + rule(one))
                        .orElse("no " + direction + " rule matches: denied")
                + tracked;
    }

    private static String rule(AclEntry rule) {
        String text = rule.protocol() == -1 ? "all" : new Protocol(rule.protocol()).toString();
        text += " " + rule.prefix();
        text += rule.near().map(near -> " near " + near).orElse("");
        if (rule.judgesPorts()) {
            text += " ports " + rule.portFrom() + " to " + rule.portTo();
        }
        if (rule.judgesIcmp() && rule.icmpType() != -1) {
            text += " type " + rule.icmpType();
            text += rule.icmpCode() == -1 ? "" : " code " + rule.icmpCode();
        }
        return text;
    }

    private String connection() {
        Rehearsal.Known known = asked.known;
        if (known == null) {
            return "none in this node's table";
        }
        Connection connection = known.connection();
        String remote = " > " + connection.inside().remote();
        int state = known.state();
        List<String> told = new ArrayList<>();
        told.add((state & EIP_GONE) != 0 ? "its elastic IP is gone" : "");
        told.add((state & ALLOWED_OUT) != 0 ? "" : "packets out are denied");
        told.add((state & ALLOWED_IN) != 0 ? "" : "packets in are denied");
        told.add((state & STOPPED) != 0 ? "held back while its home decides about its end" : "");
        told.removeIf(String::isEmpty);
        return connection.inside().protocol()
                + " "
                + connection.inside().client()
                + remote
                + " (VPC "
                + connection.inside().vpc()
                + ") <-> "
                + new Endpoint(connection.eip(), connection.natPort())
                + remote
                + (known.stale()
                        ? "; to be judged anew with its next packet"
                        : told.isEmpty() ? "; open" : "; " + String.join(", ", told));
    }

    private String kernel() {
        if (program.isEmpty()) {
            return asked.arrival.door.isTunnel()
                    ? "not asked: a program cannot be given a tunnel's packet by hand"
                    : "no kernel path: explained by the node's process alone";
        }
        Rehearsed said = program.get();
        return said.program() + " (" + said.tag() + ") " + verdict(said);
    }

    private static Optional<PathOutcome> outcome(Rehearsed said) {
        return Arrays.stream(PathOutcome.values())
                .filter(one -> one.number() == said.outcome())
                .findFirst();
    }

    private static String verdict(Rehearsed said) {
        return outcome(said)
                .map(one -> {
                    String verb =
                            one.isUp() ? "hands it up: " : one == PathOutcome.PASSED ? "" : "hit: ";
                    return verb + word(one) + ": " + one.meaning();
                })
                .orElseGet(() -> "drops it: " + drop(said.outcome()));
    }

    private static String drop(int number) {
        return Arrays.stream(DropReason.values())
                .filter(reason -> reason.number() == number)
                .map(Explanation::reason)
                .findFirst()
                .orElse("uncounted");
    }

    private static String word(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT);
    }

    private static String reason(DropReason reason) {
        return reason.number() + " " + word(reason) + ": " + reason.meaning();
    }

    private String process() {
        if (node.drop().isPresent()) {
            return "drops it: "
                    + reason(node.drop().get())
                    + (node.sent().isEmpty()
                            ? ""
                            : " It answers: " + describe(node.sent().getFirst().bytes()));
        }
        if (!node.sent().isEmpty()) {
            return sent().isPresent() ? "forwards it" : "answers it";
        }
        if (node.asked().isPresent()) {
            return question(node.asked().get());
        }
        return node.waits()
                .map(reason -> "holds it back for a while, then drops it: " + reason(reason))
                .orElse("leaves it to the box: it is not the gateway's");
    }

    private String question(Object question) {
        if (question instanceof Keeping.Wish wish) {
            return (asked.known == null ? "opens a connection" : "asks whether it opens another")
                    + ": a port of "
                    + wish.eip()
                    + " towards "
                    + wish.inside().remote()
                    + ", held by "
                    + wish.copies()
                    + " nodes before the packet goes";
        }
        return "asks the peers that would keep such a connection; where none does, it is dropped: "
                + reason(DropReason.UNKNOWN_CONNECTION);
    }

    /** The frame that goes on; an answer goes back. */
    private Optional<byte[]> sent() {
        if (program.isPresent() && isHit(program.get())) {
            return Optional.of(program.get().frame());
        }
        boolean inside = asked.arrival.vpc != null;
        return node.sent().stream()
                .filter(one -> node.drop().isEmpty())
                .filter(one -> asked.isOutside(one.door()) == inside)
                .map(SilentDoor.Sent::bytes)
                .findFirst();
    }

    private void rewrite(byte[] frame) {
        long target = u48(MemorySegment.ofArray(frame), 0);
        line("rewritten", describe(frame) + ", to the MAC " + mac(target));
    }

    private static boolean isHit(Rehearsed said) {
        return outcome(said).filter(one -> !one.isUp() && one != PathOutcome.PASSED).isPresent();
    }

    private String result() {
        if (program.isEmpty()) {
            return inShort();
        }
        return outcome(program.get())
                .map(one -> one.isUp() ? "punt; the process: " + inShort() : leftOrHit(one))
                .orElse("drop");
    }

    private String leftOrHit(PathOutcome outcome) {
        return outcome == PathOutcome.PASSED ? "left to the box" : hit();
    }

    private String inShort() {
        if (node.drop().isPresent()) {
            return "drop";
        }
        if (!node.sent().isEmpty()) {
            return sent().isPresent() ? "forward" : "answer";
        }
        if (node.asked().isPresent()) {
            return node.asked().get() instanceof Keeping.Wish
                    ? "open, then forward"
                    : "ask the peers";
        }
        return node.waits().isPresent() ? "hold back, then drop" : "left to the box";
    }

    private String hit() {
        boolean same =
                node.sent().size() == 1
                        && program.isPresent()
                        && Arrays.equals(node.sent().getFirst().bytes(), program.get().frame());
        return same
                ? "hit, sent by the kernel; the process would send the same bytes"
                : "hit, sent by the kernel, BUT THE PROCESS WOULD NOT SEND THE SAME: report this";
    }

    private static String mac(long mac) {
        return String.join(":", "%012x".formatted(mac).split("(?<=\\G..)"));
    }

    private static String describe(byte[] bytes) {
        Frame frame = new Frame();
        frame.plain(MemorySegment.ofArray(bytes), 0, bytes.length);
        Packet packet = new Packet();
        DropReason bad = Parser.network(frame, packet);
        if (bad != null) {
            return bytes.length - ETHERNET + " bytes: " + bad.meaning();
        }
        IpAddress source = IpAddress.of(packet.sourceHigh, packet.sourceLow);
        IpAddress target = IpAddress.of(packet.targetHigh, packet.targetLow);
        bad = Parser.transport(packet);
        boolean icmp = packet.protocol == ICMP_PROTOCOL || packet.protocol == ICMPV6_PROTOCOL;
        String text = new Protocol(packet.protocol) + " ";
        if (bad != null || packet.icmpError) {
            text += source + " > " + target;
        } else if (icmp) {
            boolean request = packet.sourcePort != 0 || packet.targetPort == 0;
            text += request ? new Endpoint(source, packet.sourcePort) : source;
            text += " > " + (request ? target : new Endpoint(target, packet.targetPort));
        } else {
            text += new Endpoint(source, packet.sourcePort);
            text += " > " + new Endpoint(target, packet.targetPort);
        }
        if (bad == null && icmp) {
            text += ", type " + packet.icmpType + " code " + packet.icmpCode;
        }
        if (bad == null && packet.protocol == TCP_PROTOCOL) {
            text += flags(packet.tcpFlags);
        }
        text += ", " + packet.length + " bytes, TTL " + packet.ttl;
        return bad == null ? text : text + ": " + bad.meaning();
    }

    private static String flags(int flags) {
        String[] names = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
        List<String> set = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            if ((flags & 1 << i) != 0) {
                set.add(names[i]);
            }
        }
        return set.isEmpty() ? "" : ", " + String.join(" ", set);
    }
}
