package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.peers.SimScale.Death;
import io.sallyport.gateway.peers.SimScale.Life;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** The figures of {@link SimScale} as a Markdown table, a column for each number of nodes. */
final class SimScaleTable {

    /** A connection's place in the table that packets use (docs/bench). */
    private static final int RECORD_BYTES = 192;

    private static final int SAMPLE = 200_000;

    private final PrintStream out;
    private final List<Life> lives = new ArrayList<>();
    private final List<Death> deaths = new ArrayList<>();

    SimScaleTable(PrintStream out) {
        this.out = out;
    }

    void add(Life life, Death death) {
        lives.add(life);
        deaths.add(death);
    }

    void print() {
        double copy = copyBytes();
        header();
        line("connections", l -> "%,d".formatted(l.connections()));
        line("open: messages", l -> each(l.open().frames(), l.connections()));
        line("open: bytes", l -> whole(l.open().bytes(), l.connections()));
        line("refresh, each: messages", l -> each(l.lived().frames(), l.refreshes()));
        line("refresh, each: bytes", l -> whole(l.lived().bytes(), l.refreshes()));
        line("end: messages", l -> each(l.ended().frames(), l.connections()));
        line("end: bytes", l -> whole(l.ended().bytes(), l.connections()));
        line("with ten refreshes: messages", l -> "%.1f".formatted(l.messages(10)));
        line(
                "the same, for each holder beyond the first",
                l -> "%.1f".formatted(l.messagesPerHolder(10)));
        line("requests to the stores for ports", l -> "%.3f".formatted(acquires(l)));
        line(
                "nodes that hold it: mean, most",
                l -> "%.2f, %d".formatted(l.held().mean(), l.held().most()));
        line("nodes that forward it: mean", l -> "%.2f".formatted(l.held().carriers()));
        line("memory, all nodes: bytes", l -> "%,.0f".formatted(memory(l, copy)));
        line("copies on a node: most / mean", l -> "%.2f".formatted(l.copies().uneven()));
        line("messages to a node: most / mean", l -> "%.2f".formatted(l.heard().uneven()));
        line("heartbeats of a node: messages/s", l -> "%,.0f".formatted(l.watch()));
        line("heartbeats of a node: kB/s", l -> "%,.1f".formatted(l.watchBytes() / 1e3));
        dead("a death: new home, share", d -> share(d.rehomed(), d));
        dead("a death: new gate, share", d -> share(d.regated(), d));
        dead("a death: copy made again, share", d -> share(d.madeAgain(), d));
        dead("1 / nodes", d -> "%.4f".formatted(1.0 / d.nodes()));
        dead("a death: connections lost", d -> "%d".formatted(d.lost()));
        dead("a death: handover messages, each", d -> ofEach(d.handover().frames(), d));
        dead("a death: handover bytes, each", d -> whole(d.handover().bytes(), d.connections()));
        dead(
                "a death: handover messages, a node",
                d -> "%,d".formatted(d.handover().frames() / (d.nodes() - 1)));
        dead(
                "a death and its detour: questions and answers, each",
                d -> ofEach(d.carry().frames(), d));
        dead(
                "a death: member lists, kB a node",
                d -> "%,.1f".formatted(d.members().bytes() / 1e3 / (d.nodes() - 1)));
        dead("a death: settled after, s", d -> "%.2f".formatted(d.settledNanos() / 1e9));
        dead("nodes that hold it, before", d -> held(d.before()));
        dead("nodes that hold it, 2 s after", d -> held(d.after()));
        dead("nodes that hold it, 30 s later", d -> held(d.later()));
        out.printf(
                "%nA copy takes %.0f bytes of heap, a record of packets %d.%n", copy, RECORD_BYTES);
    }

    private static String held(SimScale.Held held) {
        return "%.2f, %d".formatted(held.mean(), held.most());
    }

    private void header() {
        StringBuilder head = new StringBuilder("| nodes |");
        StringBuilder rule = new StringBuilder("| --- |");
        for (Life life : lives) {
            head.append(" %d |".formatted(life.nodes()));
            rule.append(" ---: |");
        }
        out.println(head);
        out.println(rule);
    }

    private void line(String what, Function<Life, String> figure) {
        row(what, lives, figure);
    }

    private void dead(String what, Function<Death, String> figure) {
        row(what, deaths, figure);
    }

    private <T> void row(String what, List<T> runs, Function<T, String> figure) {
        StringBuilder row = new StringBuilder("| " + what + " |");
        runs.forEach(run -> row.append(' ').append(figure.apply(run)).append(" |"));
        out.println(row);
    }

    private static String each(double all, double of) {
        return "%.2f".formatted(all / of);
    }

    private static String whole(double all, double of) {
        return "%,.0f".formatted(all / of);
    }

    private static String ofEach(double all, Death death) {
        return each(all, death.connections());
    }

    private static String share(int some, Death death) {
        return "%.4f".formatted((double) some / death.connections());
    }

    private static double acquires(Life life) {
        return (double) life.acquires() / life.connections();
    }

    private static double memory(Life life, double copy) {
        return life.held().mean() * copy + life.held().carriers() * RECORD_BYTES;
    }

    /** With its places in the indexes; as the collector counts it. */
    private static double copyBytes() {
        Incarnation me = new Incarnation(1);
        Copies copies = new Copies(new Random(1), me, SimCarriage.still());
        long before = used();
        Endpoint remote = Endpoint.parse("198.51.100.9:443");
        for (int i = 0; i < SAMPLE; i++) {
            Endpoint client =
                    new Endpoint(IpAddress.of(0, 0xffff_0a00_0000L + i / 1_000), 1_024 + i % 1_000);
            copies.add(
                    copies.copyOf(
                            new Connection(
                                    new ConnectionId(1, i),
                                    new GatewayId("nat-0123456789abcdef0"),
                                    new InsideKey(7, Protocol.TCP, client, remote),
                                    IpAddress.of(0, 0xffff_cb00_7100L + i / 50_000),
                                    1,
                                    1_024 + i % 50_000,
                                    new Epoch(1, 1),
                                    me,
                                    1,
                                    new ClientPath(Optional.empty(), 1, 2)),
                            2,
                            Copy.State.OPEN,
                            me,
                            me,
                            0));
        }
        double each = (double) (used() - before) / SAMPLE;
        if (copies.size() != SAMPLE) {
            throw new IllegalStateException("copies are missing");
        }
        return each;
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
