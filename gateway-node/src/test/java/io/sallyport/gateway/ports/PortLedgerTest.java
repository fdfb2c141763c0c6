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

    private final ScriptedStore store = new ScriptedStore();
    private long now = 1_000_000 * MS;
    private long borrowers;
    private final List<LeasedPort> got = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final PortLedger ledger =
            new PortLedger(
                    ME,
                    store,
                    Runnable::run,
                    () -> now,
                    new Random(1),
                    () -> EPOCH,
                    Duration.ofSeconds(5));

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
        for (long rest = millis; rest > 0; rest -= 500) {
            now += Math.min(rest, 500) * MS;
            ledger.turn(now);
        }
    }

    private void grant(int first, int count) {
        store.answer(
                new AllocatorResult.Granted(
                        99, Ports.of(IntStream.range(first, first + count).toArray())));
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
        assertThat(got).containsExactly(new LeasedPort(KEY, 2000, 99, EPOCH));
        assertThat(store.waiting()).isZero();
    }

    @Test
    void takersOfOneDestinationShareOneAcquire() {
        take();
        take();
        take();
        assertThat(store.waiting()).isEqualTo(1);
        grant(2000, 1);
        pass(500);
        assertThat(store.next()).isEqualTo(new AllocatorCommand.Acquire(ME, KEY, 2, EPOCH));
        grant(2001, 2);
        assertThat(got).extracting(LeasedPort::port).containsExactlyInAnyOrder(2000, 2001, 2002);
    }

    @Test
    void theWishDoublesWhileRefillsComeQuicklyAndGoesBackToOneAfterQuiet() {
        int port = 2000;
        List<Integer> wishes = new ArrayList<>();
        for (int opens = 0; opens < 200; opens++) {
            take();
            while (store.waiting() > 0) {
                wishes.add(((AllocatorCommand.Acquire) store.next()).want());
                port = grantAll(port);
            }
        }
        assertThat(wishes).startsWith(1, 2, 4, 8, 16).isSorted();
        assertThat(got).hasSize(200);
    }

    @Test
    void halfSpentMoreIsAskedAheadSoThatTheNextOneWaitsForNobody() {
        int port = 2000;
        for (int opens = 0; opens < 15; opens++) {
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

    @Test
    void exhaustedAndAnUnknownEipAreRefusals() {
        take();
        store.answer(new AllocatorResult.Exhausted(KEY, 64_512, List.of()));
        take();
        store.answer(new AllocatorResult.UnknownEip(KEY));
        assertThat(refusals).containsExactly(Refusal.PORTS_EXHAUSTED, Refusal.EIP_GONE);
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
        ledger.freed(KEY, 2000, borrower);
        pass(4_500);
        assertThat(store.waiting()).isZero();
        pass(1_000);
        assertThat(store.next())
                .isEqualTo(new AllocatorCommand.Return(ME, KEY, 99, Ports.of(2000)));
        store.answer(new AllocatorResult.Done());
        assertThat(ledger.portsReturned()).isEqualTo(1);
        pass(20_000);
        assertThat(ledger.destinations()).isZero();
    }

    @Test
    void onlyTheBorrowersOwnWordFreesAPort() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, new ConnectionId(7, 999));
        pass(30_000);
        assertThat(store.waiting()).isZero();
        assertThat(ledger.lentBefore(now))
                .containsExactly(new LentPort(got.getFirst(), borrower, 1_000_000 * MS));
    }

    @Test
    void whileTheStoreIsSilentACooledPortIsSpentAgain() {
        ConnectionId borrower = lendOne();
        ledger.freed(KEY, 2000, borrower);
        pass(4_000);
        take();
        pass(1_500);
        assertThat(refusals).isEmpty();
        assertThat(got).extracting(LeasedPort::port).containsExactly(2000, 2000);
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
        int unspent = ledger.portsInHand();
        assertThat(unspent).isPositive();
        pass(61_000);
        assertThat(((AllocatorCommand.Return) store.next()).ports().size()).isEqualTo(unspent);
        store.answer(new AllocatorResult.Done());
        pass(500);
        assertThat(ledger.portsInHand()).isZero();
    }

    @Test
    void aReturnOfUnknownOutcomeIsSettledBeforeNewPortsCome() {
        ledger.freed(KEY, 2000, lendOne());
        pass(5_500);
        store.unknown();
        take();
        assertThat(store.waiting()).as("no Acquire yet").isZero();
        pass(500);
        assertThat(store.next()).isInstanceOf(AllocatorCommand.Return.class);
        store.answer(new AllocatorResult.Done());
        pass(500);
        assertThat(store.next()).isInstanceOf(AllocatorCommand.Acquire.class);
    }

    @Test
    void anyPortInHandIsAsLikelyAsTheOthers() {
        Random random = new Random(3);
        int[] drawn = new int[8];
        for (int round = 0; round < 8_000; round++) {
            Lease lease = new Lease();
            for (int port = 0; port < 8; port++) {
                lease.add(new LeasedPort(KEY, port, 1, EPOCH));
            }
            drawn[requireNonNull(lease.draw(random)).port()]++;
        }
        double chiSquare = 0;
        for (int count : drawn) {
            chiSquare += (count - 1_000.0) * (count - 1_000.0) / 1_000.0;
        }
        assertThat(chiSquare).as("7 degrees of freedom, 0.1 %").isLessThan(24.3);
    }
}
