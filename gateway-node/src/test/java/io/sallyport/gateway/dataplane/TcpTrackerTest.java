package io.sallyport.gateway.dataplane;

import static io.sallyport.gateway.connections.ConnectionTable.WINDOW;
import static io.sallyport.gateway.connections.Numbers.NONE;
import static io.sallyport.gateway.dataplane.TcpStream.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.gateway.connections.Numbers;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which segments of a connection's tuple are believed to be of its stream. */
class TcpTrackerTest {

    /** Their windows go around the end of the numbers. */
    private static final long OUT = 0xffff_ff00L;

    private static final long IN = 0x0000_0100L;
    private static final long FAR = 1L << 30;
    private static final int[] KINDS = {RST, RST | ACK, FIN | ACK, FIN, SYN, SYN | ACK, ACK, 0};

    private final Rig rig = new Rig();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatLiesBesideTheStreamIsForwardedAndChangesNothing(boolean v4) {
        TcpStream stream = TcpStream.established(rig, v4, OUT, IN);
        rig.pass(5_000);
        List<Long> before = stream.state();
        int segments = 0;
        for (boolean outward : new boolean[] {true, false}) {
            long here = outward ? OUT : IN;
            long there = outward ? IN : OUT;
            for (int kind : KINDS) {
                for (long off : new long[] {FAR, -FAR, WINDOW + 1L, -WINDOW - 1L}) {
                    int sent = stream.sent();
                    stream.segment(outward, kind, here + off, there, 10);
                    if ((kind & (SYN | RST)) == 0) {
                        stream.segment(outward, kind, here, there + off, 10);
                        segments++;
                    }
                    segments++;
                    assertThat(stream.state()).as("flags %d, %d off", kind, off).isEqualTo(before);
                    assertThat(stream.sent()).isGreaterThan(sent);
                }
            }
        }
        assertThat(rig.counters.value(Counters.Name.BESIDE_WINDOW)).isEqualTo(segments);
        assertThat(rig.counters.value(Counters.Name.ENDS_DISBELIEVED)).isPositive();
        assertThat(rig.drops()).isZero();
        assertThat(rig.keeping.claimed).as("there is nothing to ask others").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aResetIsBelievedAtExactlyTheNextNumber(boolean outward) {
        for (boolean v4 : new boolean[] {true, false}) {
            Rig fresh = new Rig();
            TcpStream stream = TcpStream.established(fresh, v4, OUT, IN);
            long next = outward ? OUT : IN;
            for (long off : new long[] {1, -1, 1000, -1000}) {
                stream.reset(outward, next + off);
                assertThat(stream.shows(outward, RST)).as("%d off", off).isFalse();
            }
            stream.reset(outward, next);
            assertThat(stream.shows(outward, RST)).isTrue();
            assertThat(fresh.keeping.flagsTold).isEqualTo(1);
        }
    }

    @Test
    void aResetRightBehindDataThatIsNotAcknowledgedYetIsBelieved() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.say(false, 1_000);
        stream.say(false, 500);
        stream.segment(true, ACK, OUT, IN + 1_000, 0);
        stream.reset(false, stream.in);
        assertThat(stream.shows(false, RST)).isTrue();
    }

    @Test
    void behindAGapAResetIsBelievedOnceItsReceiverHasAllOfIt() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.segment(false, ACK, IN + 1_000, OUT, 500);
        stream.reset(false, IN + 1_500);
        assertThat(stream.shows(false, RST)).isFalse();
        assertThat(rig.keeping.claimed).containsExactly((int) IN + 1_500);
        stream.segment(true, ACK, OUT, IN, 0);
        stream.reset(false, IN + 1_500);
        assertThat(stream.shows(false, RST)).as("an acknowledgement of less").isFalse();
        stream.segment(true, ACK, OUT, IN + 1_500, 0);
        stream.reset(false, IN + 1_500);
        assertThat(stream.shows(false, RST)).isTrue();
    }

    @Test
    void whoRefusesAConnectionAcknowledgesItsSyn() {
        TcpStream stream = TcpStream.begun(rig, true, OUT);
        for (long off : new long[] {1, -1, FAR}) {
            stream.segment(false, RST | ACK, 0, OUT + off, 0);
        }
        stream.reset(false, 0);
        assertThat(stream.shows(false, RST)).isFalse();
        stream.segment(false, RST | ACK, 0, OUT, 0);
        assertThat(stream.shows(false, RST)).isTrue();
    }

    @Test
    void onlyWhoKnowsTheSynAnswersIt() {
        TcpStream stream = TcpStream.begun(rig, true, OUT);
        List<Long> before = stream.state();
        stream.segment(false, SYN | ACK, 7, OUT + FAR, 0);
        stream.segment(false, SYN | ACK, 7, OUT + 1, 0);
        stream.segment(false, SYN, 7, 0, 0);
        assertThat(stream.state()).isEqualTo(before);
        stream.segment(false, SYN | ACK, IN - 1, OUT, 0);
        assertThat(stream.shows(false, SYN)).isTrue();
    }

    @Test
    void aFinIsBelievedWhereTheStreamIs() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.segment(false, FIN | ACK, IN + 2_000, OUT, 100);
        assertThat(stream.shows(false, FIN)).as("with a gap before it").isTrue();
        stream.segment(true, FIN | ACK, OUT, IN, 0);
        assertThat(stream.shows(true, FIN)).isTrue();
        assertThat(rig.keeping.flagsTold).isEqualTo(2);
    }

    @Test
    void aCopyThatIsAsNewAsTheStreamJudgesAtOnce() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.takenOver(new Numbers(true, (int) OUT, true, (int) IN));
        List<Long> before = stream.state();
        stream.reset(false, IN + 1);
        stream.reset(false, IN + FAR);
        assertThat(stream.state()).isEqualTo(before);
        stream.reset(false, IN);
        assertThat(stream.shows(false, RST)).isTrue();
    }

    /** Nothing can be told from it: the stream goes on, and its end is for others to judge. */
    @Test
    void withAnOldCopyTheStreamGoesOnAndNoEndIsJudgedHere() {
        for (Numbers old :
                List.of(
                        Numbers.NONE,
                        new Numbers(true, (int) (OUT + FAR), true, (int) (IN - FAR)))) {
            Rig fresh = new Rig();
            TcpStream stream = TcpStream.established(fresh, true, OUT, IN);
            fresh.pass(1_000);
            stream.takenOver(old);
            stream.say(false, 100);
            assertThat(fresh.table.last(stream.slot, false)).as("it lives").isEqualTo(fresh.now);
            stream.say(true, 100);
            stream.reset(false, stream.in);
            stream.segment(false, FIN | ACK, stream.in, stream.out, 0);
            assertThat(stream.shows(false, RST | FIN)).isFalse();
            assertThat(fresh.keeping.claimed).containsExactly((int) stream.in, (int) stream.in);
            assertThat(fresh.keeping.flagsTold).isZero();
        }
    }

    /** One on each side, who make a stream of their own where no other is known. */
    @Test
    void twoStrangersWhoAgreeEndNothing() {
        for (Numbers known :
                List.of(
                        Numbers.NONE,
                        new Numbers(true, (int) OUT, true, (int) IN),
                        new Numbers(true, (int) (OUT + FAR), true, (int) (IN - FAR)))) {
            Rig fresh = new Rig();
            TcpStream stream = TcpStream.established(fresh, true, OUT, IN);
            stream.takenOver(known);
            fresh.pass(31_000);
            agree(stream);
            assertThat(fresh.table.last(stream.slot, true)).as("adopted").isEqualTo(fresh.now);
            assertThat(stream.shows(false, RST | FIN)).isFalse();
            assertThat(stream.shows(true, RST | FIN)).isFalse();
            assertThat(fresh.keeping.flagsTold).isZero();
            assertThat(fresh.table.numbers(stream.slot)).as("others are told").isEqualTo(NONE);
            for (boolean outward : new boolean[] {true, false}) {
                int next = fresh.table.next(stream.slot, outward);
                boolean reset = fresh.carrier.confirms(stream.connection.id(), outward, next, true);
                boolean fin = fresh.carrier.confirms(stream.connection.id(), outward, next, false);
                assertThat(reset || fin).as("confirmed for another node").isFalse();
            }
        }
    }

    private static void agree(TcpStream stream) {
        long in = IN + FAR + 7;
        long out = OUT + FAR + 9;
        for (int i = 0; i < 3; i++) {
            stream.segment(false, ACK, in, out, 50);
            stream.segment(true, ACK, out, in + 50, 20);
            stream.segment(false, ACK, in + 50, out + 20, 0);
            in += 50;
            out += 20;
        }
        stream.reset(false, in);
        stream.reset(true, out);
        stream.segment(false, FIN | ACK, in, out, 0);
        stream.segment(true, FIN | ACK, out, in, 0);
        stream.segment(false, RST | ACK, in, out, 0);
    }

    @Test
    void aStreamThatIsKnownIsBelievedAtOnceWhateverStrangersSaidBefore() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        rig.pass(31_000);
        agree(stream);
        rig.pass(10);
        stream.say(true, 10);
        assertThat(rig.table.last(stream.slot, true)).isEqualTo(rig.now);
        stream.say(false, 10);
        assertThat(rig.table.next(stream.slot, false)).isEqualTo((int) stream.in);
        rig.pass(31_000);
        agree(stream);
        stream.reset(true, stream.out + 1);
        assertThat(stream.shows(true, RST)).isFalse();
        stream.reset(true, stream.out);
        assertThat(stream.shows(true, RST)).as("its end too").isTrue();
    }

    @Test
    void strangersAtASurvivorWithAnOldCopyNeitherEndNorShortenNorSilenceTheStream() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.takenOver(new Numbers(true, (int) (OUT - FAR), true, (int) (IN - FAR)));
        long bogus = IN + 2 * FAR;
        for (int kind : new int[] {ACK, FIN | ACK, RST, RST | ACK, SYN, SYN | ACK}) {
            stream.segment(false, kind, bogus, OUT + 2 * FAR, 50);
            stream.segment(false, kind, bogus + 50, OUT + 2 * FAR, 0);
        }
        assertThat(stream.shows(false, RST | FIN)).isFalse();
        assertThat(stream.shows(true, RST | FIN)).isFalse();
        for (int second = 0; second < 60; second++) {
            rig.pass(1_000);
            int sent = stream.sent();
            stream.say(true, 10);
            stream.say(false, 10);
            assertThat(stream.sent()).isEqualTo(sent + 2);
            long last =
                    Math.max(rig.table.last(stream.slot, true), rig.table.last(stream.slot, false));
            assertThat(rig.now - last).as("it lives").isLessThanOrEqualTo(31_000_000_000L);
        }
        assertThat(rig.table.last(stream.slot, true)).isEqualTo(rig.now);
        assertThat(rig.table.last(stream.slot, false)).isEqualTo(rig.now);
        stream.reset(false, stream.in);
        assertThat(stream.shows(false, RST)).isFalse();
        assertThat(rig.keeping.claimed).as("others may know").endsWith((int) stream.in);
    }

    @Test
    void whatPassedUnbelievedIsBilledAllTheSame() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        long packets = rig.table.packets(stream.slot, false);
        stream.segment(false, ACK, IN + FAR, OUT, 100);
        assertThat(rig.table.packets(stream.slot, false)).isEqualTo(packets + 1);
    }

    @Test
    void anotherCarriersEndIsConfirmedByTheAcknowledgementsSeenHere() {
        TcpStream stream = TcpStream.established(rig, true, OUT, IN);
        stream.takenOver(new Numbers(true, (int) OUT, true, (int) IN - 5_000));
        stream.segment(true, ACK, OUT, IN, 20);
        for (long off : new long[] {1, -1, FAR}) {
            assertThat(confirms(stream, IN + off, true)).isFalse();
        }
        assertThat(confirms(stream, IN + FAR, false)).isFalse();
        assertThat(stream.shows(false, RST | FIN)).isFalse();
        assertThat(confirms(stream, IN + 900, false)).isTrue();
        assertThat(stream.shows(false, FIN)).isTrue();
        assertThat(confirms(stream, IN, true)).isTrue();
        assertThat(stream.shows(false, RST)).isTrue();
    }

    private boolean confirms(TcpStream stream, long sequence, boolean reset) {
        return rig.carrier.confirms(stream.connection.id(), false, (int) sequence, reset);
    }

    /**
     * Random streams with losses, repeats and strangers, against a model with numbers of 64 bits
     * that knows what the ends have: nothing of the stream is taken for a stranger's; no stranger
     * moves anything but with two numbers in the window, and no RST counts that its receiver would
     * not take.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomStreamsAreFollowedAndRandomStrangersAreNot(long seed) {
        Random random = new Random(seed);
        long[] next = {
            0x1_0000_0000L - random.nextInt(200_000), 0x1_0000_0000L + random.nextInt(1 << 20)
        };
        TcpStream stream = TcpStream.established(rig, seed % 2 == 0, next[0], next[1]);
        long[] acknowledged = next.clone();
        int strangers = 0;
        for (int i = 0; i < 20_000; i++) {
            rig.pass(random.nextInt(20));
            int d = random.nextInt(2);
            boolean outward = d == 0;
            if (random.nextInt(4) == 0) {
                List<Long> before = stream.state();
                long sequence = random.nextLong();
                long acknowledgement = random.nextLong();
                int kind = KINDS[random.nextInt(KINDS.length)];
                boolean near = isNear(sequence, next[d]) && isNear(acknowledgement, next[1 - d]);
                if (!near) {
                    stream.segment(outward, kind, sequence, acknowledgement, random.nextInt(100));
                    assertThat(stream.state()).as("seed %d step %d", seed, i).isEqualTo(before);
                    strangers++;
                }
                continue;
            }
            int length = random.nextInt(3) * random.nextInt(30_000);
            long sequence = next[d];
            switch (random.nextInt(20)) {
                case 0 -> next[d] += length; // lost before it came here
                case 1 -> sequence -= Math.min(length, next[d] - acknowledged[d]); // again
                default -> {}
            }
            if (random.nextInt(3) != 0) {
                acknowledged[1 - d] = next[1 - d];
            }
            stream.segment(outward, ACK, sequence, acknowledged[1 - d], Math.min(length, 1_300));
            next[d] = Math.max(next[d], sequence + Math.min(length, 1_300));
            assertThat(rig.table.last(stream.slot, outward))
                    .as("seed %d step %d", seed, i)
                    .isEqualTo(rig.now);
        }
        assertThat(strangers).isGreaterThan(4_000);
        assertThat(stream.shows(true, RST)).isFalse();
        assertThat(stream.shows(false, RST)).isFalse();
        stream.segment(true, ACK, next[0], next[1], 0);
        stream.segment(false, ACK, next[1], next[0], 0);
        for (int d = 0; d < 2; d++) {
            assertThat(rig.table.next(stream.slot, d == 0)).isEqualTo((int) next[d]);
            stream.reset(d == 0, next[d] + 1);
            assertThat(stream.shows(d == 0, RST)).isFalse();
            stream.reset(d == 0, next[d]);
            assertThat(stream.shows(d == 0, RST)).isTrue();
        }
    }

    /** A little more than the window, since what was lost before the gateway is not known there. */
    private static boolean isNear(long number, long to) {
        return Math.abs((long) (int) (number - to)) <= WINDOW + (1 << 20);
    }
}
