package io.sallyport.gateway.ports;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Ports;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortLedgerTest {

    private static final long MS = 1_000_000L;
    private static final Incarnation ME = new Incarnation(7);
    private static final Epoch EPOCH = new Epoch(1, 5);
    private static final LeaseKey KEY =
            new LeaseKey(
                    IpAddress.parse("198.51.100.7"),
                    1,
                    new Destination(Protocol.TCP, IpAddress.parse("203.0.113.9"), 443));

    private static final LeaseSettings SETTINGS =
            new LeaseSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(7),
                    Duration.ofSeconds(9),
                    Duration.ofSeconds(60));

    private final ScriptedStore store = new ScriptedStore();
    private long now = 1_000_000 * MS;
    private long borrowers;
    private long grants = 98;
    private final List<LeasedPort> got = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<String> shortages = new ArrayList<>();
    private final PortLedger ledger =
            new PortLedger(
                    ME,
                    store,
                    Runnable::run,
                    () -> now,
                    new Random(1),
                    () -> EPOCH,
                    SETTINGS,
                    (shortage, takers) -> shortages.add(shortage + " x " + takers));

    private void take() {
        ledger.take(
                KEY,
                new PortLedger.Taker() {
                    @Override
                    public void port(LeasedPort port) {
                        got.add(port);
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        refusals.add(refusal);
                    }
                });
    }

    private void pass(long millis) {
        for (long rest = millis; rest > 0; rest -= 10) {
            now += Math.min(rest, 10) * MS;
            ledger.turn(now);
        }
    }

    private void grant(int first, int count) {
        int[] ports = IntStream.range(first, first + count).toArray();
        store.answer(new AllocatorResult.Granted(++grants, Ports.of(ports)));
    }

    private static Ports ports(int... ports) {
        return Ports.of(ports);
    }

    /** Grants as many as were asked for, from {@code first} on. */
    private int grantAll(int first) {
        int want = ((AllocatorCommand.Acquire) store.next()).want();
        grant(first, want);
        return first + want;
    }

    @Test
    void aColdDestinationAsksForOnePortAndForNothingAhead() {
        take();
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Acquire(ME, KEY, 1, EPOCH));
        grant(2000, 1);
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000);
        assertThat(got.getFirst().grant()).isEqualTo(99);
        assertThat(got.getFirst().granted()).isEqualTo(EPOCH);
        assertThat(store.waiting()).isZero();
    }

    @Test
    void takersOfOneDestinationShareOneAcquire() {
        take();
        take();
        take();
        assertThat(store.waiting()).isEqualTo(1);
        grant(2000, 1);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Acquire(ME, KEY, 2, EPOCH));
        grant(2001, 2);
        assertThat(got).extracting(LeasedPort::port).containsExactlyInAnyOrder(2000, 2001, 2002);
    }

    @Test
    void theWishDoublesByCountHoweverSlowlyTheConnectionsCome() {
        int port = 2000;
        List<Integer> wishes = new ArrayList<>();
        for (int opens = 0; opens < 200; opens++) {
            pass(20_000);
            take();
            while (store.waiting() > 0) {
                wishes.add(((AllocatorCommand.Acquire) store.next()).want());
                port = grantAll(port);
            }
        }
        assertThat(wishes).startsWith(1, 2, 4, 8, 16).isSorted();
        assertThat(wishes).as("requests for 200 connections").hasSizeLessThan(10);
        assertThat(got).hasSize(200);
    }

    @Test
    void whatWasLearnedOutlivesTheLastPortAndFadesWithTheHours() {
        int learned = learn(100);
        assertThat(learned).isGreaterThanOrEqualTo(64);
        pass(70_000);
        returnAll();
        assertThat(ledger.destinations()).as("nothing is left of it").isZero();
        take();
        assertThat(nextWant()).isEqualTo(2 * learned);
        grant(30_000, 2 * learned);
        now += 10 * 3_600_000L * MS;
        ledger.turn(now);
        returnAll();
        take();
        assertThat(nextWant()).isEqualTo(1);
    }

    /** Opens so many connections and gives each port back at once; the last wish. */
    private int learn(int opens) {
        int port = 2000;
        int last = 0;
        for (int i = 0; i < opens; i++) {
            take();
            while (store.waiting() > 0) {
                last = nextWant();
                port = grantAll(port);
            }
            ConnectionId borrower = new ConnectionId(7, ++borrowers);
            ledger.lend(got.getLast(), borrower);
            ledger.freed(KEY, got.getLast().port(), borrower, Ended.FINISHED);
        }
        return last;
    }

    private int nextWant() {
        return ((AllocatorCommand.Acquire) store.next()).want();
    }

    private void returnAll() {
        for (int i = 0; i < 20; i++) {
            while (store.waiting() > 0 && store.next() instanceof AllocatorCommand.Return) {
                store.answer(new AllocatorResult.Done());
            }
            pass(1_000);
        }
    }

    @Test
    void halfSpentMoreIsAskedAheadSoThatTheNextOneWaitsForNobody() {
        int port = 2000;
        for (int opens = 0; opens < 31; opens++) {
            take();
            while (store.waiting() > 0) {
                port = grantAll(port);
            }
        }
        int before = got.size();
        while (store.waiting() == 0) {
            take();
        }
        assertThat(got.size()).isGreaterThan(before);
        take();
        assertThat(got).as("the store has not answered yet").hasSizeGreaterThan(before + 1);
    }

    @Test
    void withoutAnAnswerATakerIsRefusedInTimeAndTheGrantIsNotLost() {
        take();
        pass(3_000);
        assertThat(refusals).containsExactly(Refusal.STORE_SILENT);
        grant(2000, 1);
        take();
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000);
    }

    private void exhausted() {
        store.answer(
                new AllocatorResult.Exhausted(
                        KEY, 64_512, List.of(new AllocatorResult.Holder(ME, 9))));
    }

    @Test
    void aPoolThatItsGroupHasNotLearnedYetIsAskedForAgain() {
        take();
        store.answer(new AllocatorResult.UnknownEip(KEY));
        assertThat(refusals).isEmpty();
        pass(2);
        grant(2000, 1);
        assertThat(refusals).isEmpty();
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000);
    }

    @Test
    void whatIsInHandOfADestinationThatOpensNothingMoreGoesBack() {
        take();
        grant(2000, 3);
        assertThat(got).hasSize(1);
        ledger.useless(KEY::equals);
        pass(1_000);
        assertThat(((AllocatorCommand.Return) store.next()).ports().size()).isEqualTo(2);
    }

    @Test
    void anEipThatStaysUnknownIsARefusal() {
        take();
        for (int asked = 0; asked < 11; asked++) {
            assertThat(refusals).isEmpty();
            store.answer(new AllocatorResult.UnknownEip(KEY));
            pass(20);
        }
        store.answer(new AllocatorResult.UnknownEip(KEY));
        assertThat(refusals).containsExactly(Refusal.EIP_GONE);
    }

    @Test
    void whereNoPortIsFreeATakerWaitsUntilAnotherGivesOneBack() {
        take();
        exhausted();
        assertThat(refusals).isEmpty();
        pass(190);
        assertThat(store.waiting()).as("not at once").isZero();
        pass(20);
        grant(2000, 1);
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000);
    }

    @Test
    void whereNoPortComesATakerIsToldWhoHasThem() {
        take();
        for (int i = 0; i < 300 && refusals.isEmpty(); i++) {
            pass(10);
            if (store.waiting() > 0) {
                exhausted();
            }
        }
        assertThat(refusals).containsExactly(Refusal.PORTS_EXHAUSTED);
        assertThat(shortages).hasSize(1);
        assertThat(shortages.getFirst())
                .contains("203.0.113.9", "64512", "ports=9")
                .endsWith(" x 1");
        assertThat(ledger.counters().refusedForWant()).isEqualTo(1);
    }

    @Test
    void aTenantWithoutQuotaIsToldSo() {
        take();
        TenantId tenant = new TenantId("123456789012");
        for (int i = 0; i < 300 && refusals.isEmpty(); i++) {
            pass(10);
            if (store.waiting() > 0) {
                store.answer(new AllocatorResult.OverQuota(tenant, 500, 500));
            }
        }
        assertThat(refusals).containsExactly(Refusal.PORTS_OVER_QUOTA);
        assertThat(shortages.getFirst()).contains("123456789012", "500");
    }

    @Test
    void underPressureWhatIsNotNeededAtOnceGoesBackAtOnce() {
        int port = 2000;
        for (int opens = 0; opens < 40; opens++) {
            take();
            while (store.waiting() > 0) {
                port = grantAll(port);
            }
        }
        pass(5_000);
        int unspent = ledger.counters().inHand();
        assertThat(unspent).isGreaterThan(10);
        ledger.wanted(List.of(KEY));
        assertThat(((AllocatorCommand.Return) store.next()).ports().size()).isEqualTo(unspent);
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.counters().givenBack()).isEqualTo(unspent);
        take();
        take();
        assertThat(nextWant()).as("no more than who waits").isEqualTo(1);
        grant(30_000, 1);
        assertThat(nextWant()).isEqualTo(1);
    }

    @Test
    void underPressureANodeKeepsWhatItSpendsWithinASecond() {
        int port = 2000;
        for (int opens = 0; opens < 40; opens++) {
            pass(50);
            take();
            while (store.waiting() > 0) {
                port = grantAll(port);
            }
        }
        ledger.wanted(List.of(KEY));
        assertThat(ledger.counters().inHand()).isBetween(15, 21);
    }

    @Test
    void aStaleEpochIsAskedAgain() {
        take();
        store.answer(new AllocatorResult.StaleEpoch(EPOCH.next()));
        pass(500);
        grant(2000, 1);
        assertThat(got).hasSize(1);
        assertThat(refusals).isEmpty();
    }

    private ConnectionId lendOne() {
        take();
        if (store.waiting() > 0) {
            grant(2000, 1);
        }
        ConnectionId borrower = new ConnectionId(7, ++borrowers);
        ledger.lend(got.getLast(), borrower);
        return borrower;
    }

    @Test
    void aUsedPortCoolsDownAndGoesBackToTheStore() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, borrower, Ended.FINISHED);
        pass(4_900);
        assertThat(store.waiting()).isZero();
        pass(600);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Return(ME, KEY, 99, ports(2000)));
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.counters().returned()).isEqualTo(1);
        assertThat(ledger.destinations()).isZero();
    }

    @Test
    void aPortRestsAsLongAsItsConnectionsEndAsks() {
        for (Ended ended : List.of(Ended.FINISHED, Ended.RESET, Ended.IDLE)) {
            long rest =
                    switch (ended) {
                        case FINISHED -> 5_000;
                        case RESET -> 7_000;
                        case IDLE -> 9_000;
                    };
            ledger.freed(KEY, 2000, lendOne(), ended);
            pass(rest - 10);
            assertThat(store.waiting()).as("returned before its time: %s", ended).isZero();
            pass(510);
            assertThat(store.next()).isInstanceOf(AllocatorCommand.Return.class);
            store.answer(new AllocatorResult.Done());
        }
    }

    @Test
    void onlyTheBorrowersOwnWordFreesAPort() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, new ConnectionId(7, 999), Ended.FINISHED);
        pass(30_000);
        assertThat(store.waiting()).isZero();
        assertThat(ledger.toBeAudited(now, 10))
                .containsExactly(new LentPort(got.getFirst(), borrower));
        assertThat(ledger.toBeAudited(now, 10)).as("asked about just now").isEmpty();
    }

    @Test
    void whileTheStoreIsSilentACooledPortIsSpentAgain() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, borrower, Ended.FINISHED);
        pass(4_000);
        take();
        pass(1_500);
        assertThat(refusals).isEmpty();
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000, 2000);
    }

    @Test
    void aStoreThatAnswersNoRenewIsGivenNothingAndUsedPortsAreSpentAgain() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, borrower, Ended.FINISHED);
        pass(4_900);
        ledger.storeUnheard(600 * MS);
        pass(600);
        assertThat(store.waiting()).as("nothing goes where no answer comes from").isZero();
        ledger.storeUnheard(1_100 * MS);
        take();
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000, 2000);
        assertThat(store.waiting()).isZero();
        ledger.giveBack(got.getLast());
    }

    @Test
    void whatWasKeptWhileTheStoreWasSilentGoesBackOnceItAnswers() {
        ledger.storeUnheard(600 * MS);
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, borrower, Ended.FINISHED);
        pass(6_000);
        assertThat(store.waiting()).isZero();
        ledger.storeUnheard(0);
        pass(600);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Return(ME, KEY, 99, ports(2000)));
    }

    @Test
    void whatNobodyWantedForAMinuteGoesBack() {
        for (int i = 0, port = 2000; i < 2; i++) {
            take();
            while (store.waiting() > 0) {
                port = grantAll(port);
            }
        }
        pass(1_000);
        int unspent = ledger.counters().inHand();
        assertThat(unspent).isPositive();
        pass(61_000);
        assertThat(((AllocatorCommand.Return) store.next()).ports().size()).isEqualTo(unspent);
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.counters().inHand()).isZero();
    }

    @Test
    void aReturnOfUnknownOutcomeHoldsNothingUpAndIsSaidAgain() {
        ledger.freed(KEY, 2000, lendOne(), Ended.FINISHED);
        pass(5_500);
        store.unknown();
        assertThat(ledger.counters().inDoubt()).isEqualTo(1);
        take();
        grant(2001, 2);
        assertThat(got).hasSize(2);
        pass(600);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Return(ME, KEY, 100, ports(2000)));
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.counters().inDoubt()).isZero();
    }

    @Test
    void aPortInDoubtThatIsGrantedAnewIsANewPort() {
        ledger.freed(KEY, 2000, lendOne(), Ended.FINISHED);
        pass(5_500);
        store.unknown();
        take();
        grant(2000, 2);
        assertThat(ledger.counters().inDoubt()).isZero();
        assertThat(ledger.counters().grantedTwice()).isZero();
        pass(600);
        assertThat(store.waiting()).as("nothing to return").isZero();
    }

    @Test
    void aPortGrantedAnewWhileItsReturnIsUnderWayStays() {
        ledger.freed(KEY, 2000, lendOne(), Ended.FINISHED);
        pass(5_500);
        take();
        store.answerSecond(new AllocatorResult.Granted(150, ports(2000)));
        store.answer(new AllocatorResult.Done());
        assertThat(got.getLast().port()).isEqualTo(2000);
        assertThat(got.getLast().grant()).isEqualTo(150);
        ledger.lend(got.getLast(), new ConnectionId(7, 50));
        assertThat(ledger.counters().lent()).isEqualTo(1);
    }

    @Test
    void aReturnThatWasOvertakenIsSaidAgainOnceTheGrantIsKnown() {
        ledger.freed(KEY, 2000, lendOne(), Ended.FINISHED);
        pass(5_500);
        take();
        store.answer(new AllocatorResult.Overtaken(150));
        pass(100);
        assertThat(store.waiting()).as("only the Acquire").isEqualTo(1);
        store.answer(new AllocatorResult.Granted(150, ports(2001)));
        pass(100);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Return(ME, KEY, 150, ports(2000)));
    }

    @Test
    void whatAGrantWithoutAnAnswerGaveGoesBackUnseen() {
        ConnectionId borrower = lendOne();
        take();
        store.unknown();
        assertThat(refusals).containsExactly(Refusal.STORE_SILENT);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Return(ME, KEY, 99, ports()));
        store.answer(new AllocatorResult.Overtaken(150));
        pass(100);
        AllocatorCommand.Return all = (AllocatorCommand.Return) store.next();
        assertThat(all.asOf()).isEqualTo(150);
        assertThat(all.ports().size()).as("all but the one in use").isEqualTo(64_511);
        assertThat(all.ports().contains(2000)).isFalse();
        store.answer(new AllocatorResult.Done());
        ledger.freed(KEY, 2000, borrower, Ended.FINISHED);
        pass(6_000);
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.destinations()).isZero();
    }

    @Test
    void aPortThatIsGrantedTwiceIsNeverUsedTwice() {
        lendOne();
        take();
        grant(2000, 1);
        assertThat(ledger.counters().grantedTwice()).isEqualTo(1);
        assertThat(got).hasSize(1);
    }

    @Test
    void anyPortInHandIsAsLikelyAsTheOthers() {
        Random random = new Random(3);
        int[] drawn = new int[8];
        for (int round = 0; round < 8_000; round++) {
            Lease lease = new Lease(KEY, new Appetite(), new Holdings(ME));
            lease.granted(1, ports(0, 1, 2, 3, 4, 5, 6, 7), EPOCH);
            drawn[requireNonNull(lease.draw(random)).port()]++;
        }
        double chiSquare = 0;
        for (int count : drawn) {
            chiSquare += (count - 1_000.0) * (count - 1_000.0) / 1_000.0;
        }
        assertThat(chiSquare).as("7 degrees of freedom, 0.1 %").isLessThan(24.3);
    }
}
