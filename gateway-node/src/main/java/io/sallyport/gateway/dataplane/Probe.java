package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.wire.Headers.*;

import io.sallyport.gateway.wire.Octets;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A packet that somebody asks about: its bytes, and where it would come in as far as was said.
 *
 * <pre>
 * PROTOCOL SOURCE > TARGET [vpc N] [inside | outside] [ttl N] [length N] [syn] [ack] [fin] [rst] [psh]
 * HEX [vpc N] [inside | outside]
 * LINE [vpc N] [inside | outside]
 * </pre>
 *
 * Addresses carry their ports ({@code 10.0.1.11:4242}, {@code [fd00::1]:53}); for ICMP the side
 * with a {@code :IDENTIFIER} is the one that asked. HEX is what {@code tcpdump -x}, {@code -xx} or
 * {@code -X} prints, with or without its offsets and the line above, LINE a {@link TcpdumpLine}.
 * Immutable; any thread.
 */
public final class Probe {

    /** Whence a packet comes. */
    enum Side {
        INSIDE,
        OUTSIDE
    }

    static final String ALLOWED =
            "a packet is \"PROTOCOL SOURCE > TARGET\" (tcp 10.0.1.11:4242 > 203.0.113.9:80, udp"
                    + " [fd00::1]:53 > [2001:db8::1]:53, icmp 10.0.1.11:7 > 203.0.113.9), or what"
                    + " tcpdump -n prints of it, best with -x or -X, then any of: vpc N, inside,"
                    + " outside; after a tuple"
                    + " also: ttl N, length N, and for tcp: syn, ack, fin, rst, psh";

    private static final String DUMP_BEGINS = "0x0000:";
    private static final int VPC_MAX = (1 << 24) - 1;
    private static final List<String> FLAGS = List.of("fin", "syn", "rst", "psh", "ack");

    private final byte[] packet;
    private final byte[] ethernet;
    private final Optional<Integer> vpc;
    private final Optional<Side> side;
    private final boolean tuple;

    private Probe(
            byte[] packet,
            byte[] ethernet,
            Optional<Integer> vpc,
            Optional<Side> side,
            boolean tuple) {
        this.tuple = tuple;
        this.packet = packet;
        this.ethernet = ethernet;
        this.vpc = vpc;
        this.side = side;
    }

    /**
     * @throws IllegalArgumentException saying what is wrong and what is allowed
     */
    public static Probe parse(String text) {
        String small = text.toLowerCase(Locale.ROOT).strip();
        int dump = small.indexOf(DUMP_BEGINS);
        if (dump >= 0) {
            return hex(words(octets(small.substring(dump))));
        }
        Optional<TcpdumpLine> line = TcpdumpLine.of(small);
        if (line.isPresent()) {
            return tuple(line.get().words());
        }
        List<String> words = words(small);
        if (words.isEmpty()) {
            throw wrong("there is no packet");
        }
        return Tuple.PROTOCOLS.contains(words.getFirst()) ? tuple(words) : hex(words);
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.replace(">", " > ").split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** With -X tcpdump writes the octets as characters too, two blanks behind them. */
    private static String octets(String dump) {
        return dump.lines()
                .map(String::strip)
                .map(line -> line.matches("0x[0-9a-f]{4}: .*") ? line.substring(7).strip() : line)
                .map(line -> line.contains("  ") ? line.substring(0, line.indexOf("  ")) : line)
                .collect(Collectors.joining(" "));
    }

    static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + ": " + ALLOWED);
    }

    private static Probe tuple(List<String> words) {
        if (words.size() < 4 || !words.get(2).equals(">")) {
            throw wrong("after " + words.getFirst() + " comes SOURCE > TARGET");
        }
        Tuple tuple = new Tuple(words.getFirst(), words.get(1), words.get(3));
        Place place = new Place();
        for (int i = 4; i < words.size(); i++) {
            String word = words.get(i);
            int flag = FLAGS.indexOf(word);
            if (flag >= 0) {
                tuple.flag(word, flag < 4 ? 1 << flag : ACK);
            } else if (word.equals("ttl")) {
                tuple.ttl = number(words, ++i, "ttl", 0, 255);
            } else if (word.equals("length")) {
                tuple.length = number(words, ++i, "length", 0, 65535);
            } else {
                i = place.read(words, i);
            }
        }
        return new Probe(tuple.packet(), new byte[0], place.vpc, place.side, true);
    }

    private static Probe hex(List<String> words) {
        int count = 0;
        while (count < words.size() && words.get(count).matches("(0x[0-9a-f]+:?|[0-9a-f]+:?)")) {
            count++;
        }
        if (count == 0) {
            throw wrong("'" + words.getFirst() + "' begins no packet");
        }
        Place place = new Place();
        for (int i = count; i < words.size(); i++) {
            i = place.read(words, i);
        }
        // tcpdump numbers its lines: "0x0010:".
        String digits =
                words.subList(0, count).stream()
                        .filter(word -> !word.endsWith(":"))
                        .map(word -> word.startsWith("0x") ? word.substring(2) : word)
                        .collect(Collectors.joining());
        if (digits.length() % 2 != 0) {
            throw wrong("an odd number of hex digits (" + digits.length() + ")");
        }
        byte[] bytes = HexFormat.of().parseHex(digits);
        if (isPacket(bytes, 0)) {
            return new Probe(checked(bytes), new byte[0], place.vpc, place.side, false);
        }
        if (bytes.length > ETHERNET && isFrame(bytes)) {
            return new Probe(
                    checked(Arrays.copyOfRange(bytes, ETHERNET, bytes.length)),
                    Arrays.copyOf(bytes, ETHERNET),
                    place.vpc,
                    place.side,
                    false);
        }
        throw wrong(
                "these "
                        + bytes.length
                        + " bytes begin neither with an IPv4 or IPv6 header of a packet that is all"
                        + " there, nor with an Ethernet header before one");
    }

    private static boolean isFrame(byte[] bytes) {
        int type = Octets.u16(MemorySegment.ofArray(bytes), ETHERNET_TYPE);
        return (type == TYPE_IPV4 || type == TYPE_IPV6) && isPacket(bytes, ETHERNET);
    }

    private static boolean isPacket(byte[] bytes, int at) {
        MemorySegment memory = MemorySegment.ofArray(bytes);
        int version = bytes.length <= at ? 0 : (bytes[at] & 0xff) >>> 4;
        int left = bytes.length - at;
        return (version == 4 && left >= IPV4 && Octets.u16(memory, at + IPV4_TOTAL) <= left)
                || (version == 6
                        && left >= IPV6
                        && IPV6 + Octets.u16(memory, at + IPV6_PAYLOAD) <= left);
    }

    /** A later fragment has no ports: which connection it is of, its first alone tells. */
    private static byte[] checked(byte[] packet) {
        MemorySegment memory = MemorySegment.ofArray(packet);
        boolean later =
                packet[0] >>> 4 == 4
                        ? (Octets.u16(memory, IPV4_FRAGMENT) & IPV4_OFFSET_MASK) != 0
                        : packet[IPV6_NEXT] == IPV6_FRAGMENT
                                && packet.length >= IPV6 + 8
                                && (Octets.u16(memory, IPV6 + 2) & 0xfff8) != 0;
        if (later) {
            throw wrong("a later fragment follows its datagram's first: ask about that one");
        }
        return packet;
    }

    /** What may follow any packet. */
    private static final class Place {
        private Optional<Integer> vpc = Optional.empty();
        private Optional<Side> side = Optional.empty();

        /** Where it ended. */
        private int read(List<String> words, int at) {
            switch (words.get(at)) {
                case "inside" -> side = Optional.of(Side.INSIDE);
                case "outside" -> side = Optional.of(Side.OUTSIDE);
                case "vpc" -> {
                    vpc = Optional.of(number(words, at + 1, "vpc", 0, VPC_MAX));
                    return at + 1;
                }
                default -> throw wrong("'" + words.get(at) + "' is not understood");
            }
            return at;
        }
    }

    private static int number(List<String> words, int at, String name, int least, int most) {
        String text = at < words.size() ? words.get(at) : "";
        int value = text.matches("[0-9]{1,8}") ? Integer.parseInt(text) : -1;
        if (value < least || value > most) {
            throw wrong(name + " '" + text + "' is not " + least + " to " + most);
        }
        return value;
    }

    /** From the IP header on. */
    byte[] packet() {
        return packet.clone();
    }

    /** As it was given; empty: only the packet was. */
    byte[] ethernet() {
        return ethernet.clone();
    }

    /** A tuple was given: nothing was said of sequence numbers. */
    boolean isTuple() {
        return tuple;
    }

    Optional<Integer> vpc() {
        return vpc;
    }

    Optional<Side> side() {
        return side;
    }
}
