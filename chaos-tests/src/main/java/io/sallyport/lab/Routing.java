package io.sallyport.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

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

    /** Debian's places for programs. */
    private static final List<String> DIRECTORIES =
            List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/lib/frr");

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
        Set<String> missing = new TreeSet<>();
        if (isBgp()) {
            need("bird", "bird2", missing);
        }
        if (this == FRR || this == MIXED) {
            need("bgpd", "frr", missing);
            need("bfdd", "frr", missing);
        }
        if (this == EXABGP || this == MIXED) {
            need("exabgp", "exabgp", missing);
        }
        return missing;
    }

    private static void need(String program, String debianPackage, Set<String> missing) {
        if (DIRECTORIES.stream().noneMatch(one -> Files.isExecutable(Path.of(one, program)))) {
            missing.add(debianPackage);
        }
    }
}
