package io.sallyport.lab;

import io.sallyport.lab.InterfaceCounts.Sum;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@link ExactDelivery} in a lab of its own, with a table of both books. */
@Command(
        name = "delivery",
        mixinStandardHelpOptions = true,
        description = "Whether flow logs add up across kill -9 and an outage of S3.")
final class DeliveryBench implements Callable<Integer> {

    @Option(names = "--flows", description = "of UDP (default: ${DEFAULT-VALUE})")
    private int flows = 10_000;

    @Option(names = "--outage-seconds", description = "of S3 (default: ${DEFAULT-VALUE})")
    private int outageSeconds = 600;

    @Option(
            names = "--flow-log-seconds",
            description = "windows and deliveries (default: ${DEFAULT-VALUE})")
    private int flowLogSeconds = 60;

    @Option(names = "--id", description = "names the lab (default: ${DEFAULT-VALUE})")
    private String id = "deliver";

    @Override
    public Integer call() {
        Installation installation = Installation.find();
        LabCommands.Place place = new LabCommands.Place();
        place.id = id;
        Path directory = place.directory();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Lab.down(id, directory), "cleaner"));
        Lab.down(id, directory);
        LabState lab =
                Lab.up(installation, wish(id, directory, flowLogSeconds), System.err::println);
        ExactDelivery.Books books =
                new ExactDelivery(installation, lab, flowLogSeconds, System.err::println)
                        .run(flows, Duration.ofSeconds(outageSeconds));
        System.out.printf("%-16s %30s %30s%n", "", "counted at the ends", "in the bucket");
        TreeSet<String> names = new TreeSet<>(books.seen().keySet());
        names.addAll(books.told().keySet());
        for (String name : names) {
            System.out.printf(
                    "%-16s %30s %30s%n",
                    name,
                    shown(books.seen().getOrDefault(name, Sum.NONE)),
                    shown(books.told().getOrDefault(name, Sum.NONE)));
        }
        System.out.printf(
                "%,d flows, %d rounds, %,d datagrams, %,d not forwarded; %d objects; %d SKIPDATA%n",
                flows,
                books.traffic().rounds(),
                books.traffic().sent(),
                books.lost(),
                books.objects(),
                books.skipped().size());
        return books.balance() ? 0 : 1;
    }

    private static String shown(Sum sum) {
        return "%,d packets %,d bytes".formatted(sum.packets(), sum.bytes());
    }

    /** A lab with one gateway, whose packets come to it whether its process lives or not. */
    static Lab.Wish wish(String id, Path directory, int flowLogSeconds) {
        return new Lab.Wish(
                new Topology(id, 1, 1, 3, 2),
                directory,
                Routing.NONE,
                flowLogSeconds,
                false,
                List.of(),
                exchange -> {});
    }
}
