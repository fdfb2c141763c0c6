package io.sallyport.gateway.peers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CopiesTest {

    private static final Incarnation ME = new Incarnation(1);

    private final Random random = new Random(5);
    private final SimCarriage carriage = SimCarriage.still();
    private final Copies copies = new Copies(random, ME, carriage);
    private long sequence;

    private static InsideKey inside(int key) {
        return new InsideKey(
                7,
                Protocol.UDP,
                new Endpoint(IpAddress.parse("10.0.0.1"), 1000 + key),
                new Endpoint(IpAddress.parse("198.51.100.9"), 53));
    }

    private Copy copy(int key, int natPort) {
        Connection connection =
                new Connection(
                        new ConnectionId(ME.number(), ++sequence),
                        new GatewayId("nat-00000000000000001"),
                        inside(key),
                        IpAddress.parse("203.0.113.7"),
                        1,
                        natPort,
                        new Epoch(1, 1),
                        ME,
                        1,
                        new ClientPath(Optional.empty(), 1, 2));
        return copies.copyOf(connection, 1, Copy.State.OPEN, ME, ME, 0);
    }

    /** One that is forwarded here and quiet, in whatever state its packets have left it. */
    private Copy quiet(int key) {
        Copy copy = copy(key, 2000 + key);
        int unused = carriage.install(copy.connection(), Numbers.NONE);
        copy.installed = true;
        copy.gateAgreed = true;
        assertThat(copy.note(ME)).isTrue();
        copies.add(copy);
        return copy;
    }

    @Test
    void findsWhatIsThereByEachKeyAndNothingElse() {
        List<Copy> there = new ArrayList<>();
        List<Copy> gone = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (there.size() < 300 && random.nextInt(5) < 3) {
                Copy copy = copy(random.nextInt(200), 2000 + random.nextInt(200));
                copies.add(copy);
                there.add(copy);
            } else if (!there.isEmpty()) {
                Copy copy = there.remove(random.nextInt(there.size()));
                copies.remove(copy);
                gone.add(copy);
            }
            if (step % 500 == 0) {
                compare(there, gone);
            }
        }
    }

    private void compare(List<Copy> there, List<Copy> gone) {
        assertThat(copies.size()).isEqualTo(there.size());
        for (Copy copy : there) {
            assertThat(copies.has(copy)).isTrue();
            assertThat(copies.get(copy.id())).isSameAs(copy);
            InsideKey key = copy.inside();
            List<Copy> same = there.stream().filter(c -> c.inside().equals(key)).toList();
            assertThat(copies.inside(key)).containsExactlyInAnyOrderElementsOf(same);
            assertThat(copies.inside(key)).isSortedAccordingTo((a, b) -> a == b ? 0 : older(a, b));
            List<Copy> outside =
                    there.stream().filter(c -> c.outside().equals(copy.outside())).toList();
            assertThat(copies.outside(copy.outside())).containsExactlyInAnyOrderElementsOf(outside);
        }
        Set<InsideKey> keys = new HashSet<>();
        there.forEach(copy -> keys.add(copy.inside()));
        for (Copy copy : gone) {
            assertThat(copies.has(copy)).isFalse();
            assertThat(copies.get(copy.id())).isNull();
            InsideKey key = copy.inside();
            assertThat(copies.hasInside(key)).isEqualTo(keys.contains(key));
        }
    }

    private static int older(Copy one, Copy other) {
        return Copies.older(one, other) ? -1 : 1;
    }

    @Test
    void whatItsRecordSaysNeedsNoObjectAndIsFoundAllTheSame() {
        Copy copy = quiet(1);
        SimCarriage.Entry entry = requireNonNull(carriage.get(copy.id()));
        entry.outNanos = 7;
        entry.inNanos = 9;
        entry.flagsOut = 18;
        entry.flagsIn = 16;
        entry.numbers = new Numbers(true, 100, false, 0);
        copies.rest(copy);
        assertThat(copies.awake()).isZero();
        assertThat(copies.size()).isEqualTo(1);
        assertThat(copies.has(copy)).isFalse();
        assertThat(copies.hasInside(copy.inside())).isTrue();
        assertThat(copies.hasOutside(copy.outside())).isTrue();
        assertThat(copies.awake()).as("looking alone wakes nobody").isZero();
        for (Function<Copy, @Nullable Copy> look :
                List.<Function<Copy, @Nullable Copy>>of(
                        of -> copies.get(of.id()),
                        of -> copies.inside(of.inside()).getFirst(),
                        of -> copies.outside(of.outside()).getFirst(),
                        of -> firstOfAPass())) {
            Copy woken = requireNonNull(look.apply(copy));
            assertThat(copies.awake()).isEqualTo(1);
            assertThat(copies.size()).isEqualTo(1);
            assertThat(woken.connection()).isEqualTo(copy.connection());
            assertThat(woken.state).isEqualTo(Copy.State.OPEN);
            assertThat(woken.isQuiet(ME)).isTrue();
            assertThat(woken.takesKey()).isTrue();
            assertThat(woken.copies).isEqualTo(copy.copies);
            assertThat(woken.flagsOut()).isEqualTo(18);
            assertThat(woken.flagsIn()).isEqualTo(16);
            assertThat(woken.numbers()).isEqualTo(entry.numbers);
            assertThat(woken.seenNanos).isBetween(9L, 9L + AtRest.SLACK_NANOS);
            assertThat(copies.has(woken)).isTrue();
            copies.rest(woken);
            assertThat(copies.awake()).as("rests again").isZero();
        }
    }

    private Copy firstOfAPass() {
        CopyWalk walk = copies.walk();
        Copy first = walk.next();
        walk.stop();
        return first;
    }

    @Test
    void whatItsRecordDoesNotSayStaysAnObject() {
        List<Consumer<Copy>> more =
                List.of(
                        copy -> copy.become(Copy.State.STOPPED, 0),
                        copy -> copy.installed = false,
                        copy -> copy.await(() -> {}),
                        copy -> copy.fan = Fan.stopOfHome(0, copy.noted()),
                        copy -> copies.freeze(copy),
                        copy -> copy.home = new Incarnation(2),
                        copy -> copy.gate = new Incarnation(2),
                        copy -> assertThat(copy.note(new Incarnation(2))).isTrue(),
                        copy -> copy.strike(ME),
                        copy -> copy.seenNanos = 2 * AtRest.SLACK_NANOS,
                        copy -> copy.numbers(new Numbers(true, 1, false, 0)),
                        copy -> copy.saw(new Frame.Sight(copy.id(), 0, 4, 0, Numbers.NONE), 0),
                        copy -> copies.moved(copy, copy.client.path().with(1)),
                        copy -> carriage.moved(copy.id(), new ClientPath(Optional.empty(), 3, 4)),
                        copy -> carriage.drop(copy.id()));
        for (int i = 0; i < more.size(); i++) {
            Copy copy = quiet(i);
            more.get(i).accept(copy);
            copies.rest(copy);
            assertThat(copies.has(copy)).as("%d", i).isTrue();
        }
        Copy plain = quiet(more.size());
        copies.rest(plain);
        assertThat(copies.has(plain)).as("without any of that it rests").isFalse();
    }

    @Test
    void aPassMeetsEachOnceWhoeverWakesItAndNoneRestsMeanwhile() {
        Set<ConnectionId> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Copy copy = quiet(i);
            all.add(copy.id());
            if (i % 3 != 0) {
                copies.rest(copy);
            }
        }
        CopyWalk walk = copies.walk();
        Set<ConnectionId> met = new HashSet<>();
        for (int i = 0; walk.hasNext(); i++) {
            Copy copy = walk.next();
            assertThat(copies.has(copy)).isTrue();
            assertThat(met.add(copy.id())).isTrue();
            copies.rest(copy);
            if (i % 5 == 0) {
                assertThat(copies.outside(quiet(i + 1000).outside())).hasSize(1);
                assertThat(copies.inside(inside(99 - i / 5))).hasSize(1);
            }
        }
        assertThat(met).isEqualTo(all);
        copies.rest(requireNonNull(copies.get(met.iterator().next())));
        assertThat(copies.awake()).isEqualTo(copies.size() - 1);
    }

    @Test
    void whatRestedBeforeAnEpochEntersItWhenItIsMet() {
        Copy copy = quiet(1);
        copies.rest(copy);
        copies.enter(new Keepers(new SipHash(1, 2), List.of(new Incarnation(2))), 0);
        Copy woken = requireNonNull(copies.get(copy.id()));
        assertThat(woken.home).isEqualTo(new Incarnation(2));
        assertThat(woken.homeIsNew).isTrue();
        assertThat(woken.noted().isEmpty()).isTrue();
        copies.rest(woken);
        assertThat(copies.has(woken)).isTrue();
    }

    @Test
    void aFrozenOneHoldsItsPortAndNotItsInsideKey() {
        Copy copy = copy(1, 2000);
        copies.add(copy);
        copies.freeze(copy);
        assertThat(copies.hasInside(inside(1))).isFalse();
        assertThat(copies.hasOutside(copy.outside())).isTrue();
        copies.remove(copy);
        assertThat(copies.hasOutside(copy.outside())).isFalse();
        assertThatThrownBy(() -> copies.remove(copy)).isInstanceOf(IllegalStateException.class);
    }

    /** Sums of port and address are the same for many: as they come, so hashes must differ. */
    @Test
    void keysThatDifferInAPortAndAnAddressHaveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (int port = 0; port < 100; port++) {
            for (int address = 0; address < 100; address++) {
                InsideKey key =
                        new InsideKey(
                                7,
                                Protocol.UDP,
                                new Endpoint(IpAddress.of(0, 0xffff_0a00_0000L), port),
                                new Endpoint(IpAddress.of(0, 0xffff_c600_0000L + address), 53));
                hashes.add(key.hashCode());
            }
        }
        assertThat(hashes).hasSizeGreaterThan(9_990);
    }
}
