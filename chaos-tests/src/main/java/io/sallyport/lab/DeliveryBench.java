package io.sallyport.lab;

import io.sallyport.bench.MachineFacts;
import io.sallyport.lab.InterfaceCounts.Sum;
import io.sallyport.lab.Rounds.RoundsReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@link ExactDelivery} in a lab of its own, with a table of both books. */
@Command(
        name = "delivery",
        mixinStandardHelpOptions = true,
        description =
                "Whether flow logs add up across kill -9, an outage of S3 and the death of a box.")
final class DeliveryBench implements Callable<Integer> {

    @Option(names = "--flows", description = "of UDP and TCP (default: ${DEFAULT-VALUE})")
    private int flows = 10_000;

    @Option(names = "--outage-seconds", description = "of S3 (default: ${DEFAULT-VALUE})")
    private int outageSeconds = 600;

    @Option(
            names = "--flow-log-seconds",
            description = "windows and deliveries (default: ${DEFAULT-VALUE})")
    private int flowLogSeconds = 60;

    @Option(names = "--gateways", description = "nodes, 1 to 3 (default: ${DEFAULT-VALUE})")
    private int gateways = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "writes both books there too")
    private @Nullable Path json;

    @Option(names = "--id", description = "names the lab (default: ${DEFAULT-VALUE})")
    private String id = "deliver";

    @Override
    public Integer call() throws IOException {
        Installation installation = Installation.find();
        LabCommands.Place place = new LabCommands.Place();
        place.id = id;
        Path directory = place.directory();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Lab.down(id, directory), "cleaner"));
        Lab.down(id, directory);
        Map<String, String> facts = new LinkedHashMap<>(MachineFacts.read(installation.home()));
        facts.put("bench", "delivery");
        facts.put(
                "run",
                "%,d flows, %d gateway node(s), S3 away for %d s, windows of %d s"
                        .formatted(flows, gateways, outageSeconds, flowLogSeconds));
        facts.put("load", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        long start = System.nanoTime();
        Consumer<String> said = line -> LabCommands.said(start, line);
        LabState lab = Lab.up(installation, wish(id, directory, flowLogSeconds, gateways), said);
        ExactDelivery.Books books =
                new ExactDelivery(installation, lab, flowLogSeconds, said)
                        .run(flows, Duration.ofSeconds(outageSeconds));
        print(books, System.out);
        if (json != null) {
            Map<String, Object> whole = new LinkedHashMap<>();
            whole.put("facts", facts);
            whole.put("exact", books.balance());
            whole.put("notForwarded", books.lost());
            whole.put("books", books);
            String text = LabState.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(whole);
            Files.writeString(json, text + "\n");
        }
        return books.balance() ? 0 : 1;
    }

    private static void print(ExactDelivery.Books books, PrintStream out) {
        out.printf("%-32s %34s %34s%n", "", "counted at the ends", "in the bucket");
        TreeSet<String> names = new TreeSet<>(books.seen().keySet());
        names.addAll(books.told().keySet());
        for (String name : names) {
            out.printf(
                    "%-32s %34s %34s%n",
                    name,
                    shown(books.seen().getOrDefault(name, Sum.NONE)),
                    shown(books.told().getOrDefault(name, Sum.NONE)));
        }
        for (LargeSegments.Way way : books.large()) {
            out.printf(
                    "%s: %,d bytes of payload in %,d packets, at the gateway %,d, on the wire %s;"
                            + " %d segments again, %,d bytes over%n",
                    way.name(),
                    way.payload(),
                    way.packets(),
                    way.frames(),
                    shown(way.wire()),
                    way.again(),
                    way.bytesOver());
        }
        for (RoundsReport report : books.traffic()) {
            out.printf(
                    "%d rounds, %,d words, %,d of them echoed%n",
                    report.rounds(), report.sent(), report.echoed());
        }
        out.printf(
                "%,d packets not forwarded; %d objects; SKIPDATA: %d astray, missing in %s%n",
                books.lost(), books.objects(), books.astray().size(), books.unsaid());
        books.astray().forEach(out::println);
    }

    private static String shown(Sum sum) {
        return "%,d packets %,d bytes".formatted(sum.packets(), sum.bytes());
    }

    /** A lab whose nodes get their packets whether their processes live or not. */
    static Lab.Wish wish(String id, Path directory, int flowLogSeconds, int gateways) {
        return new Lab.Wish(
                new Topology(id, 1, gateways, 3, 2),
                directory,
                Routing.NONE,
                flowLogSeconds,
                false,
                List.of(),
                exchange -> {});
    }
}
