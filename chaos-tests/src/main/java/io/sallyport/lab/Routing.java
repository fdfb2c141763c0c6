package io.sallyport.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who tells the lab's router which gateway nodes carry. */
enum Routing {
    /** Nobody: the routes stay as they are. */
    NONE,
    /** The router asks the nodes itself, by UDP. */
    PROBE,
    BIRD,
    FRR,
    EXABGP,
    /** BIRD, FRR and ExaBGP beside the nodes in turn. */
    MIXED;

    /** What speaks BGP beside a node. */
    enum Speaker {
        BIRD,
        FRR,
        EXABGP
    }

    /** Command to Debian package. */
    private static final Map<String, String> BIRD_NEEDS = Map.of("/usr/sbin/bird", "bird2");

    private static final Map<String, String> FRR_NEEDS =
            Map.of(
                    "/usr/lib/frr/zebra", "frr",
                    "/usr/lib/frr/bfdd", "frr",
                    "/usr/lib/frr/bgpd", "frr");
    private static final Map<String, String> EXABGP_NEEDS =
            Map.of("/usr/sbin/exabgp", "exabgp");

    /**
     * @throws LabFailure naming those there are
     */
    static Routing of(String word) {
        return Arrays.stream(values())
                .filter(one -> one.word().equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new LabFailure(
                                "--routing %s: %s is allowed"
                                        .formatted(
                                                word,
                                                Arrays.stream(values())
                                                        .map(Routing::word)
                                                        .collect(Collectors.joining(", ")))));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isBgp() {
        return this != NONE && this != PROBE;
    }

    /** The speaker beside gateway node {@code n}, from 1. */
    Speaker speaker(int n) {
        return switch (this) {
            case BIRD -> Speaker.BIRD;
            case FRR -> Speaker.FRR;
            case EXABGP -> Speaker.EXABGP;
            case MIXED -> Speaker.values()[(n - 1) % Speaker.values().length];
            case NONE, PROBE -> throw new LabFailure(word() + " has no BGP speakers");
        };
    }

    /** Debian packages that this box lacks for it. The router's daemon is always BIRD. */
    Set<String> missing() {
        List<Map<String, String>> needs = new ArrayList<>();
        if (isBgp()) {
            needs.add(BIRD_NEEDS);
        }
        if (this == FRR || this == MIXED) {
            needs.add(FRR_NEEDS);
        }
        if (this == EXABGP || this == MIXED) {
            needs.add(EXABGP_NEEDS);
        }
        Map<String, String> all = new LinkedHashMap<>();
        needs.forEach(all::putAll);
        return all.entrySet().stream()
                .filter(need -> !isThere(need.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isThere(String command) {
        Path path = Path.of(command);
        return Stream.of("/usr/sbin", "/usr/bin", "/usr/lib/frr", "/usr/local/sbin")
                .map(directory -> Path.of(directory).resolve(path.getFileName()))
                .anyMatch(Files::isExecutable);
    }
}
