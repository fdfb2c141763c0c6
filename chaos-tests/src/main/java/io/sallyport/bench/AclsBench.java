package io.sallyport.bench;

import io.sallyport.bench.AclChange.Heard;
import io.sallyport.bench.Figures.Better;
import io.sallyport.bench.Figures.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long a change of all rules of a large network ACL takes until three nodes obey it, while a
 * client sends to ports that now one version allows and now the other, and to ports that none does.
 */
@Command(
        name = "acls",
        description = "How long a change of a network ACL takes under traffic, on three nodes.")
final class AclsBench implements Callable<Integer> {

    /**
     * So many that each of three nodes has some of a port's, but for once in a hundred thousand.
     */
    private static final int FLOWS = 32;

    private static final int EVERY_MICROS = 250;

    /** For so long only what a version allows is heard before the next one follows. */
    private static final long LOOK_MILLIS = 500;

    private static final long LOOK_NANOS = LOOK_MILLIS * 1_000_000;
    private static final int LOOKS_MAX = 40;
    private static final double ASKED_MILLIS = 1_000;

    private static final Line FORBIDDEN =
            new Line("a change of an ACL: what no version allows", "packets", Better.LESS);
    private static final Line CALL = millis("the call");
    private static final Line FIRST = millis("from the call until a node obeys");
    private static final Line EVERYWHERE = millis("from the call until every node obeys");
    private static final Line COLD =
            millis("from the call until every node obeys, first changes of a fresh lab");

    @Option(names = "--changes", description = "default: ${DEFAULT-VALUE}")
    int changes = 100;

    @Option(
            names = "--cold",
            description =
                    "changes before those, told apart: code that runs for the first time"
                            + " (default: ${DEFAULT-VALUE})")
    int cold = 20;

    @Option(names = "--rules", description = "10 to 10000 (default: ${DEFAULT-VALUE})")
    int rules = 10_000;

    @Option(
            names = "--torn",
            description =
                    "goes from one version to the next by a mixture of both: the bench must fail")
    boolean torn;

    @Option(names = "--json", description = "writes the figures there as well")
    @Nullable Path json;

    private final Figures figures = new Figures();

    private static Line millis(String what) {
        return new Line("a change of an ACL: " + what, "ms", Better.LESS);
    }

    @Override
    public Integer call() throws IOException {
        if (rules < AclVersions.LEAST) {
            throw new BenchFailure("--rules %d: 10 to 10000".formatted(rules));
        }
        if (changes < 1 || cold < 0) {
            throw new BenchFailure(
                    "--changes %d: 1 or more; --cold %d: 0 or more".formatted(changes, cold));
        }
        Path home = Main.home();
        Map<String, String> facts = MachineFacts.read(home);
        facts.put("bench", "acls");
        facts.put(
                "run",
                "%d changes of %,d rules after %d in a fresh lab, 3 nodes, %,d packets a second to %d ports from %d flows and new ones"
                        .formatted(
                                changes,
                                rules,
                                cold,
                                1_000_000 / EVERY_MICROS,
                                AclVersions.PORTS,
                                FLOWS));
        facts.put("load", MachineFacts.load());
        Path scratch = Scratch.in(home.resolve("target/bench"));
        Path errors = scratch.resolve("probes.log");
        System.err.println("starting " + LabBoxes.NAME);
        try (LabBoxes boxes = new LabBoxes(home, scratch.resolve("lab"), 0, "probe");
                Conversation ear =
                        probes(boxes.server(), home, errors, "note", AclVersions.FIRST_PORT);
                Conversation voice =
                        probes(
                                boxes.clients().getFirst(),
                                home,
                                errors,
                                "send " + boxes.serverAddress(),
                                AclVersions.FIRST_PORT,
                                EVERY_MICROS)) {
            measure(boxes, ear);
        }
        facts.put("load at the end", MachineFacts.load());
        new Report(facts, figures, changes).print(System.out, "");
        if (json != null) {
            new Report(facts, figures, changes).writeJson(json);
        }
        boolean isWell = judged();
        if (isWell) {
            Scratch.delete(scratch);
        } else {
            System.err.println("logs are in " + scratch);
        }
        return isWell ? 0 : 1;
    }

    private static Conversation probes(
            List<String> inside, Path home, Path errors, String verb, int firstPort, int... more) {
        Stream<String> words =
                Stream.concat(
                        Stream.of(verb.split(" ")),
                        Stream.of(firstPort, AclVersions.PORTS, FLOWS).map(String::valueOf));
        Stream<String> rest = Arrays.stream(more).mapToObj(String::valueOf);
        return new Conversation(
                inside, home, "Probes", errors, Stream.concat(words, rest).toArray(String[]::new));
    }

    private void measure(LabBoxes boxes, Conversation ear) {
        AclVersions versions = new AclVersions(boxes.serverAddress(), rules);
        List<String> bodies =
                Stream.of(0, 1).map(it -> AclVersions.body(versions.entries(it))).toList();
        List<String> mixtures =
                Stream.of(0, 1).map(it -> AclVersions.body(versions.torn(it, rules / 2))).toList();
        Rest api = boxes.rest();
        String key = boxes.tenant().path("apiKey").asString();
        String gateway = "/v1/gateways/" + boxes.tenant().path("gateway").asString();
        awaitAll(ear);
        String acl =
                api.call(key, "POST", "/v1/network-acls", bodies.getFirst()).path("id").asString();
        api.call(key, "PUT", gateway + "/network-acl", Map.of("networkAclId", acl));
        ask(ear, "mark");
        List<Heard> first = settled(0, ear);
        if (!AclChange.isObeyed(0, System.nanoTime() - LOOK_NANOS, first)) {
            throw new BenchFailure("the first version of the ACL is not obeyed");
        }
        for (int version = 1; version <= cold + changes; version++) {
            ask(ear, "mark");
            long began = System.nanoTime();
            if (torn) {
                api.call(key, "PUT", "/v1/network-acls/" + acl, mixtures.get(version % 2));
                LabBoxes.pause(LOOK_MILLIS);
            }
            api.call(key, "PUT", "/v1/network-acls/" + acl, bodies.get(version % 2));
            double callMillis = (System.nanoTime() - began) / 1e6;
            List<Heard> heard = settled(version, ear);
            AclChange change = AclChange.of(version, began, System.nanoTime(), heard);
            figures.add(FORBIDDEN, LabBoxes.NAME, change.forbidden());
            if (version <= cold) {
                figures.add(COLD, LabBoxes.NAME, change.everywhereMillis());
            } else {
                figures.add(CALL, LabBoxes.NAME, callMillis);
                figures.add(FIRST, LabBoxes.NAME, change.firstMillis());
                figures.add(EVERYWHERE, LabBoxes.NAME, change.everywhereMillis());
            }
        }
    }

    private static List<Heard> ask(Conversation ear, String word) {
        ear.say(word);
        return Heard.all(JsonMapper.shared().readTree(ear.answer("[")));
    }

    /** What came until the version had been obeyed for a while; at most for {@link #LOOKS_MAX}. */
    private static List<Heard> settled(int version, Conversation ear) {
        List<Heard> heard = List.of();
        for (int look = 0; look < LOOKS_MAX; look++) {
            LabBoxes.pause(LOOK_MILLIS);
            heard = ask(ear, "look");
            if (AclChange.isObeyed(version, System.nanoTime() - LOOK_NANOS, heard)) {
                break;
            }
        }
        return heard;
    }

    /** Without an ACL all ports are reached, so that each of their flows is a connection. */
    private static void awaitAll(Conversation ear) {
        List<Heard> heard = List.of();
        for (int look = 0; look < LOOKS_MAX; look++) {
            heard = ask(ear, "look");
            if (heard.stream().allMatch(port -> port.everyNanos() > 0)) {
                return;
            }
            LabBoxes.pause(LOOK_MILLIS);
        }
        throw new BenchFailure("without an ACL not all ports are reached: " + heard);
    }

    /** Says what is asked, and whether it is so. */
    private boolean judged() {
        List<Double> millis = figures.values(EVERYWHERE, LabBoxes.NAME).stream().sorted().toList();
        double forbidden =
                figures.values(FORBIDDEN, LabBoxes.NAME).stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
        double p99 = Toll.quantile(millis, 0.99);
        if (cold > 0) {
            List<Double> first = figures.values(COLD, LabBoxes.NAME).stream().sorted().toList();
            System.out.printf(
                    "%nthe first %d changes of a fresh lab: p50 %.0f, worst %.0f ms",
                    cold, Toll.quantile(first, 0.5), Toll.quantile(first, 1));
        }
        System.out.printf(
                "%nuntil every node obeys: p50 %.0f, p99 %.0f, worst %.0f ms of %d changes (p99 <"
                        + " %.0f is asked); %.0f packets judged by two versions (0)%n",
                Toll.quantile(millis, 0.5),
                p99,
                Toll.quantile(millis, 1),
                millis.size(),
                ASKED_MILLIS,
                forbidden);
        return forbidden == 0 && p99 < ASKED_MILLIS;
    }
}
