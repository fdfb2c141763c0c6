package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.bench.AclChange.Heard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server heard tells when a change was obeyed, and whether rules were mixed. */
class AclChangeTest {

    private static final Heard NOTHING = new Heard(0, 0, 0, 0);

    /** In milliseconds after the call. */
    private static Heard heard(long first, long every, long last) {
        return new Heard(9, first * 1_000_000, every * 1_000_000, last * 1_000_000);
    }

    /** From an even version to an odd one, during two seconds. */
    private static AclChange change(Heard even, Heard odd, Heard never, Heard nor) {
        return AclChange.of(1, 0, 2_000_000_000, List.of(even, odd, never, nor));
    }

    @Test
    void aChangeIsObeyedWhenTheLatestNodeObeys() {
        assertThat(change(heard(1, 33, 250), heard(200, 310, 1_990), NOTHING, NOTHING))
                .isEqualTo(new AclChange(200, 310, 0));
        assertThat(change(heard(1, 33, 400), heard(200, 310, 1_990), NOTHING, NOTHING))
                .isEqualTo(new AclChange(200, 400, 0));
    }

    @Test
    void aNodeThatNeverObeysTakesAllTheTime() {
        assertThat(change(heard(1, 33, 1_999), heard(200, 0, 1_990), NOTHING, NOTHING))
                .isEqualTo(new AclChange(200, 2_000, 0));
        assertThat(change(heard(1, 33, 1_999), NOTHING, NOTHING, NOTHING))
                .isEqualTo(new AclChange(2_000, 2_000, 0));
    }

    @Test
    void aNodeThatGoesBackIsSeen() {
        assertThat(change(heard(1, 33, 1_700), heard(200, 310, 1_990), NOTHING, NOTHING))
                .isEqualTo(new AclChange(200, 1_700, 0));
    }

    @Test
    void whatNoVersionAllowsWasJudgedByTwo() {
        assertThat(change(heard(1, 33, 250), heard(200, 310, 1_990), heard(260, 0, 270), NOTHING))
                .isEqualTo(new AclChange(200, 310, 9));
        assertThat(change(heard(1, 33, 250), heard(200, 310, 1_990), NOTHING, heard(1, 2, 420)))
                .isEqualTo(new AclChange(200, 420, 9));
    }

    @Test
    void aVersionIsObeyedWhereNothingElseIsHeardAnyMore() {
        Heard all = heard(1, 33, 490);
        Heard before = heard(1, 33, 90);
        long since = 100_000_000;
        assertThat(AclChange.isObeyed(0, since, List.of(all, before, NOTHING, NOTHING))).isTrue();
        assertThat(AclChange.isObeyed(1, since, List.of(all, before, NOTHING, NOTHING))).isFalse();
        assertThat(AclChange.isObeyed(0, since, List.of(all, NOTHING, NOTHING, all))).isFalse();
        assertThat(AclChange.isObeyed(0, since, List.of(heard(1, 0, 3), NOTHING, NOTHING, NOTHING)))
                .isFalse();
    }
}
