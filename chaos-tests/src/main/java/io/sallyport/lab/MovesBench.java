package io.sallyport.lab;

import io.sallyport.lab.TestClient.StreamReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long moves take, in a lab of its own: of an elastic IP between two gateways and an instance
 * whose clients send all the time, and of a client to another tunnel endpoint.
 */
@Command(
        name = "moves",
        mixinStandardHelpOptions = true,
        description = "How long elastic IPs and clients take to move.")
final class MovesBench implements Callable<Integer> {

    private static final String AWAY = "10.99.101.3";
    private static final int VNI = 304;

    /** So that no move is measured in what the one before left to do. */
    private static final Duration BETWEEN = Duration.ofMillis(250);

    @Option(names = "--moves", description = "of the elastic IP (default: ${DEFAULT-VALUE})")
    private int moves = 100;

    @Option(
            names = "--first",
            description = "moves of a fresh lab, told by themselves (default: ${DEFAULT-VALUE})")
    private int first = 100;

    @Option(names = "--client-moves", description = "default: ${DEFAULT-VALUE}")
    private int clientMoves = 20;

    @Option(names = "--id", description = "names the lab (default: ${DEFAULT-VALUE})")
    private String id = "moves";

    private final Installation installation = Installation.find();

    @Override
    public Integer call() {
        LabCommands.Place place = new LabCommands.Place();
        place.id = id;
        Path directory = place.directory();
        Thread cleaner = new Thread(() -> Lab.down(id, directory), "cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        Lab.down(id, directory);
        Lab.Wish wish =
                new Lab.Wish(
                        new Topology(id, 3, 3, 3, 2),
                        directory,
                        Routing.PROBE,
                        10,
                        false,
                        List.of(),
                        exchange -> {});
        LabState lab = Lab.up(installation, wish, System.err::println);
        Traffic traffic = new Traffic(installation, lab);
        boolean well = addresses(lab, traffic) & clients(lab, traffic);
        return well ? 0 : 1;
    }

    private boolean addresses(LabState lab, Traffic traffic) {
        try (MovingAddress address = new MovingAddress(lab, traffic)) {
            address.move(0);
            address.awaitTurn(0);
            List<Double> calls = new ArrayList<>();
            for (int i = 1; i <= first + moves; i++) {
                long began = System.nanoTime();
                Rest.Exchange answer = address.move(i);
                calls.add((System.nanoTime() - began) / 1e6);
                if (answer.status() != 200) {
                    throw new LabFailure("not moved at once: " + answer);
                }
                address.awaitTurn(i);
                Processes.pause(BETWEEN);
            }
            Letters.Heard heard = address.heard();
            int late = heard.turns() - first - moves;
            System.out.printf(
                    "elastic IP, %d and %d moves, %,d packets heard from it, %d of a former owner"
                            + " after the next one's first%n",
                    first, moves, heard.packets(), late);
            if (first > 0) {
                System.out.printf(
                        " the first %d of a fresh lab, whose compilers are busy:%n", first);
                tell(heard, calls, 0, first);
                System.out.printf(" %d after them:%n", moves);
            }
            tell(heard, calls, first, first + moves);
            return late == 0;
        }
    }

    private static void tell(Letters.Heard heard, List<Double> calls, int from, int to) {
        tell(
                "  from the last packet of the old owner to the first of the new",
                heard.gapsMillis().subList(from, to));
        tell(
                "  from it until each flow of the new one is heard, through every node",
                heard.everywhereMillis().subList(from, to));
        tell("  the call", calls.subList(from, to));
    }

    /** One stream for each, there and back by turns. */
    private boolean clients(LabState lab, Traffic traffic) {
        Host server = lab.topology().server(2);
        Path scratch = Path.of(lab.directory(), "tunnel-watch");
        List<StreamReport> reports = new ArrayList<>();
        List<Double> answers = new ArrayList<>();
        try (SideVpc vpc = SideVpc.make(lab, 1, VNI, "10.74.0");
                SideEip eip = SideEip.ofIpv4(lab).at(vpc.gateway);
                ClientMove client = new ClientMove(vpc.host, AWAY)) {
            vpc.routes(server.address());
            for (int i = 0; i < clientMoves; i++) {
                try (TunnelWatch watch = new TunnelWatch(vpc.host, VNI, scratch);
                        Traffic.Running stream =
                                traffic.start(
                                        vpc.host,
                                        "stream",
                                        "--seconds",
                                        "2",
                                        "--to",
                                        server.address() + ":" + TestServer.TCP_PORT)) {
                    stream.line();
                    Processes.pause(Duration.ofSeconds(1));
                    if (i % 2 == 0) {
                        client.away();
                    } else {
                        client.back();
                    }
                    reports.add(stream.report(StreamReport.class));
                    answers.add(watch.answeredMillis(client.here()));
                }
            }
            long broken = reports.stream().filter(MovesBench::isBroken).count();
            System.out.printf(
                    "client behind %s, %d moves in the middle of a stream, %d streams broken%n",
                    eip.address, reports.size(), broken);
            tell("  from its first packet at the new place to the first that comes there", answers);
            tell(
                    "  longest time without a byte, 512 being sent every 5 ms, what TCP says again"
                            + " of what went to the old place included",
                    reports.stream().map(StreamReport::longestGapMillis).toList());
            return broken == 0;
        }
    }

    private static boolean isBroken(StreamReport report) {
        return !report.error().isEmpty() || report.lostBytes() != 0 || report.wrongBytes() != 0;
    }

    /** The smallest that so many of them do not exceed: of 100 the 99th, and not the worst. */
    private static double quantile(double[] ascending, double share) {
        return ascending[(int) Math.ceil(share * ascending.length) - 1];
    }

    private static void tell(String what, List<Double> each) {
        double[] millis = each.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = millis.length;
        if (n > 0) {
            System.out.printf(
                    "%s, ms: p50 %.1f, p99 %.1f, worst %.1f%n",
                    what, quantile(millis, 0.5), quantile(millis, 0.99), millis[n - 1]);
        }
    }
}
