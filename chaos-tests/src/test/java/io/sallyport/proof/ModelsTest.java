package io.sallyport.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.proof.Claim.Holds;
import io.sallyport.proof.Claim.Needs;
import io.sallyport.proof.Claim.Size;
import io.sallyport.proof.Verdict.Broken;
import io.sallyport.proof.Verdict.Violation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the models claim is so, as far as seconds reach; {@code ./sallyport prove} goes on. */
class ModelsTest {

    private static final Tlc TLC = new Tlc(2, 1000, Duration.ofMinutes(5));

    private static final Pattern RULE = Pattern.compile("^ *(Rule\\w+) = TRUE$", Pattern.MULTILINE);

    static Stream<Named<Claim>> quickClaims() {
        return Claims.all().stream()
                .filter(c -> c.size() == Size.BUILD)
                .map(c -> Named.of(c.name(), c));
    }

    @ParameterizedTest
    @MethodSource("quickClaims")
    void bearsOut(Claim claim) {
        Verdict verdict = TLC.check(claim);
        System.out.println(Table.row(claim, verdict));
        assertThat(verdict.bearsOut(claim)).as("%s: %s", claim, verdict.finding()).isTrue();
    }

    @Test
    void everyRuleOfEveryModelIsTakenAwayByAClaim() {
        Set<String> claimed =
                Claims.all().stream()
                        .flatMap(c -> c.without().stream().map(rule -> c.model() + " " + rule))
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> existing =
                Claims.all().stream()
                        .map(Claim::model)
                        .distinct()
                        .flatMap(model ->
                                RULE.matcher(Models.read(model + ".cfg"))
                                        .results()
                                        .map((MatchResult rule) -> model + " " + rule.group(1)))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(claimed).isEqualTo(existing).isNotEmpty();
    }

    /** The gate must be able to fail: a claim that is not so is not borne out. */
    @Test
    void aWrongClaimIsNotBorneOut() {
        Claim hopeful = new Needs("Ledger", Size.BUILD, List.of("RuleDedupe"), Map.of(), "");
        Verdict violation = TLC.check(hopeful);
        assertThat(violation.finding()).isInstanceOf(Violation.class);
        assertThat(violation.bearsOut(hopeful)).isTrue();
        assertThat(violation.bearsOut(new Holds("Ledger", Size.BUILD, Map.of(), ""))).isFalse();
    }

    @Test
    void aModelThatTlcCannotReadIsBroken() {
        Claim holds = new Holds("Ledger", Size.BUILD, Map.of("Ports", "{1,"), "");
        Verdict verdict = TLC.check(holds);
        assertThat(verdict.finding()).isInstanceOf(Broken.class);
        assertThat(verdict.bearsOut(holds)).isFalse();
    }

    @Test
    void aLineOfClaimsThatIsMisspeltIsRefused() {
        assertThatThrownBy(() -> Claims.parse("hold | Ledger | build | RuleDedupe | | "))
                .hasMessageContaining("kind of claim");
        assertThatThrownBy(() -> Claims.parse("needs | Ledger | build | | | "))
                .hasMessageContaining("rules belong");
        assertThatThrownBy(() -> Claims.parse("holds | Ledger | build"))
                .hasMessageContaining("columns");
        assertThatThrownBy(() ->
                        Models.configuration(
                                new Needs("Ledger", Size.BUILD, List.of("RuleNone"), Map.of(), "")))
                .hasMessageContaining("RuleNone");
    }
}
