package io.sallyport.proof;

import io.sallyport.proof.Claim.Size;
import io.sallyport.proof.Verdict.Broken;
import io.sallyport.proof.Verdict.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of {@code ./sallyport prove}. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = "Gives the protocol's models to TLC and prints what it found.")
final class Main implements Callable<Integer> {

    @Option(
            names = "--large",
            description = "also what takes minutes; the build checks the rest each time")
    private boolean large;

    @Option(names = "--mutations", description = "also takes each rule away, to see what it is for")
    private boolean mutations;

    @Option(names = "--only", paramLabel = "MODEL", description = "one model")
    private @Nullable String only;

    @Option(names = "--workers", defaultValue = "2", description = "threads of TLC")
    private int workers = 2;

    @Option(
            names = "--heap",
            paramLabel = "MB",
            defaultValue = "2000",
            description = "TLC's heap; it takes as much again outside")
    private int heapMegabytes = 2000;

    @Option(
            names = "--minutes",
            defaultValue = "30",
            description = "a claim that takes longer is left unfinished")
    private int minutes = 30;

    @Option(names = "--traces", description = "prints counterexamples in full")
    private boolean traces;

    private int unborne;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        List<Claim> claims =
                Claims.all().stream()
                        .filter(c -> large || c.size() == Size.BUILD)
                        .filter(c -> only == null || c.model().equalsIgnoreCase(only))
                        .toList();
        if (claims.isEmpty()) {
            System.err.println("no model " + Optional.ofNullable(only).orElse("at all"));
            return 2;
        }
        Tlc tlc = new Tlc(workers, heapMegabytes, Duration.ofMinutes(minutes));
        System.out.println(Table.CHECKS);
        claims.stream().filter(c -> c.without().isEmpty()).forEach(c -> check(tlc, c));
        if (mutations) {
            System.out.println();
            System.out.println(Table.RULES);
            claims.stream().filter(c -> !c.without().isEmpty()).forEach(c -> check(tlc, c));
        }
        System.out.println();
        System.out.println(
                unborne == 0
                        ? "every claim was borne out"
                        : unborne + " claims were not borne out");
        return unborne == 0 ? 0 : 1;
    }

    private void check(Tlc tlc, Claim claim) {
        Verdict verdict = tlc.check(claim);
        System.out.println(Table.row(claim, verdict));
        boolean borne = verdict.bearsOut(claim);
        if (!borne) {
            unborne++;
            System.err.println("not borne out: " + claim.name());
        }
        if (verdict.finding() instanceof Violation(String invariant, String trace)
                && (traces || !borne)) {
            System.err.println(invariant + ":\n" + trace);
        } else if (verdict.finding() instanceof Broken(String message)) {
            System.err.println(message);
        }
    }
}
