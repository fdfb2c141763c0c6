package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.Seed;
import io.sallyport.allocator.Invariant;
import io.sallyport.allocator.Limits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both forms against a map from port to holder, which is slow and plainly right. */
class SharesTest {

    enum Form {
        LIST(700),
        PLANES(5000);

        final int most;

        Form(int most) {
            this.most = most;
        }

        Shares empty() {
            return this == LIST ? new PortList() : new PortPlanes();
        }
    }

    /** What a row's ports mean, and what is done to them. */
    private static final class Model {
        final TreeMap<Integer, Integer> holderOf = new TreeMap<>();
        final Map<Integer, Long> grants = new HashMap<>();
        final BitSet taken = new BitSet();

        void add(Shares shares, int holder, int port, long grant) {
            if (shares.find(holder) == Shares.NOBODY) {
                shares.join(holder);
            }
            shares.granted(shares.find(holder), grant);
            shares.add(shares.find(holder), port);
            holderOf.put(port, holder);
            grants.put(holder, grant);
            taken.set(port - Limits.PORT_MIN);
        }

        void remove(Shares shares, int port) {
            int holder = holderOf.getOrDefault(port, 0);
            holderOf.remove(port);
            taken.clear(port - Limits.PORT_MIN);
            shares.remove(shares.find(holder), port);
            if (!holderOf.containsValue(holder)) {
                shares.leave(shares.find(holder));
                grants.remove(holder);
            }
        }

        List<Integer> portsOf(int holder) {
            return holderOf.entrySet().stream()
                    .filter(each -> each.getValue() == holder)
                    .map(Map.Entry::getKey)
                    .toList();
        }

        int free(int rank) {
            int at = taken.nextClearBit(0);
            for (int i = 0; i < rank; i++) {
                at = taken.nextClearBit(at + 1);
            }
            return Limits.PORT_MIN + at;
        }

        int randomTaken(RandomGenerator random) {
            List<Integer> ports = List.copyOf(holderOf.keySet());
            return ports.get(random.nextInt(ports.size()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void behavesAsAMapFromPortToHolderUnderAnyInterleaving(Form form) {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int round = 0; round < 15; round++) {
            Shares shares = form.empty();
            Model model = new Model();
            int holders = 1 << random.nextInt(6);
            int goal = random.nextInt(form.most / 10);
            for (int step = 0; step < 600; step++) {
                if (random.nextInt(100) == 0) {
                    goal = random.nextInt(form.most / 10);
                }
                if (shares.size() <= goal) {
                    int port = model.free(random.nextInt(Limits.PORTS - shares.size()));
                    model.add(shares, 7 + random.nextInt(holders), port, 1000 + step);
                } else {
                    model.remove(shares, model.randomTaken(random));
                }
                if (step % 7 == 0) {
                    agree(shares, model, random);
                }
            }
            agree(shares, model, random);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneFormBecomesTheOtherWithoutLoss(Form form) {
        RandomGenerator random = Seed.of(getClass()).random();
        Shares shares = form.empty();
        Model model = new Model();
        for (int i = 0; i < 300; i++) {
            int port = model.free(random.nextInt(Limits.PORTS - shares.size()));
            model.add(shares, random.nextInt(20), port, i);
        }
        for (Form other : Form.values()) {
            Shares copy = other.empty();
            copy.takeAll(shares);
            agree(copy, model, random);
        }
        PortPlanes planes = new PortPlanes();
        planes.takeAll(shares);
        PortPlanes copy = planes.copy();
        model.add(planes, 5, model.free(12_345), 300);
        agree(planes, model, random);
        assertThat(copy.size()).isEqualTo(300);
    }

    @Test
    void aListInABlockIsTheListThatWasWritten() {
        RandomGenerator random = Seed.of(getClass()).random();
        for (int holders : new int[] {1, 2, 3, 50, 300}) {
            for (int ports : new int[] {holders, holders + 1, 700}) {
                PortList list = new PortList();
                Model model = new Model();
                for (int i = 0; i < ports; i++) {
                    int port = model.free(random.nextInt(Limits.PORTS - i));
                    model.add(list, 65_535 - i % holders, port, (1L << 48) - 1);
                }
                int chars = PortList.chars(holders, ports);
                char[] block = new char[chars + 10];
                list.write(block, 5);
                assertThat((int) block[4]).isZero();
                assertThat((int) block[5 + chars]).isZero();
                PortList read = new PortList();
                read.join(3);
                read.add(0, 2000);
                read.read(block, 5, holders > 1, ports);
                agree(read, model, random);
            }
        }
    }

    @Test
    void planesFillToTheLastPortAndDrainToNoneInAnyOrder() {
        RandomGenerator random = Seed.of(getClass()).random();
        PortPlanes planes = new PortPlanes();
        BitSet taken = new BitSet();
        for (int holder = 0; holder < 3; holder++) {
            planes.join(100 + holder);
        }
        for (int left = Limits.PORTS; left > 0; left--) {
            int port = planes.freePort(random.nextInt(left));
            assertThat(taken.get(port)).isFalse();
            taken.set(port);
            planes.add(port % 3, port);
        }
        assertThat(planes.size()).isEqualTo(Limits.PORTS).isEqualTo(taken.cardinality());
        assertThat(planes.bytes()).isBetween(16_128L, 17_000L);
        assertThat(taken.nextSetBit(0)).isEqualTo(1024);
        for (int place = 0; place < 3; place++) {
            char[] ports = new char[planes.sizeAt(place)];
            planes.copyPorts(place, ports);
            for (char port : ports) {
                assertThat(port % 3).isEqualTo(place);
            }
        }
        List<Integer> all = new ArrayList<>(taken.stream().boxed().toList());
        Collections.shuffle(all, new Random(random.nextLong()));
        for (int port : all) {
            planes.remove(port % 3, port);
        }
        assertThat(planes.size()).isZero();
        assertThat(planes.freePort(0)).isEqualTo(1024);
        assertThat(planes.freePort(Limits.PORTS - 1)).isEqualTo(65535);
        planes.leave(0);
        planes.leave(0);
        assertThat(planes.holderAt(0)).isEqualTo(101);
        assertThat(planes.bytes()).as("one plane for one holder").isLessThan(8_400);
    }

    @ParameterizedTest
    @EnumSource
    void stopsTheProcessRatherThanHoldAPortTwiceOrLoseOneItNeverHad(Form form) {
        Shares shares = form.empty();
        shares.join(1);
        shares.join(2);
        shares.granted(0, 5);
        shares.add(0, 2000);
        broken(() -> shares.add(0, 2000));
        broken(() -> shares.add(1, 2000));
        broken(() -> shares.remove(1, 2000));
        broken(() -> shares.remove(0, 1999));
        broken(() -> shares.add(0, 1023));
        broken(() -> shares.add(0, 65_536));
        broken(() -> shares.freePort(-1));
        broken(() -> shares.freePort(Limits.PORTS - 1));
        broken(() -> shares.granted(0, 4));
        broken(() -> shares.leave(0));
        shares.leave(1);
        assertThat(shares.holders()).isEqualTo(1);
    }

    private static void broken(Runnable doing) {
        assertThatThrownBy(doing::run).isInstanceOf(Invariant.Broken.class);
    }

    private static void agree(Shares shares, Model model, RandomGenerator random) {
        assertThat(shares.size()).isEqualTo(model.holderOf.size());
        assertThat(shares.holders()).isEqualTo(model.grants.size());
        model.grants.forEach((holder, grant) -> {
            int place = shares.find(holder);
            assertThat(shares.holderAt(place)).isEqualTo(holder);
            assertThat(shares.grantAt(place)).isEqualTo(grant);
            char[] ports = new char[shares.sizeAt(place)];
            shares.copyPorts(place, ports);
            assertThat(new String(ports).chars().boxed().toList()).isEqualTo(model.portsOf(holder));
        });
        assertThat(shares.find(65_000)).isEqualTo(Shares.NOBODY);
        int port = random.nextInt(66_000);
        Integer holder = model.holderOf.get(port);
        assertThat(shares.placeOf(port))
                .isEqualTo(holder == null ? Shares.NOBODY : shares.find(holder));
        int rank = random.nextInt(Limits.PORTS - shares.size());
        assertThat(shares.freePort(rank)).isEqualTo(model.free(rank));
    }
}
