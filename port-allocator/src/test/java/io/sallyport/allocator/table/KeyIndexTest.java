package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Seed;
import io.sallyport.allocator.PoolId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import io.sallyport.net.Protocol;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class KeyIndexTest {

    private final RandomGenerator random = Seed.of(getClass()).random();
    private final PoolBook pools = new PoolBook();
    private final Rows rows = new Rows(new HolderBook(), pools);
    private final List<PoolBook.Page> pages =
            List.of(page("198.51.100.7", 1), page("198.51.100.7", 2), page("2001:db8::7", 1));

    private PoolBook.Page page(String eip, long generation) {
        PoolBook.Page page = pools.pageOf(new PoolId(IpAddress.parse(eip), generation));
        pools.named(page.number); // Stays whatever else names it.
        return page;
    }

    private record Key(PoolBook.Page page, Destination destination) {
        RowKey toRowKey() {
            RowKey key = new RowKey();
            key.set(page, destination);
            return key;
        }
    }

    private Key someKey(int variety) {
        IpAddress address =
                random.nextBoolean()
                        ? new Ipv4(random.nextInt(variety))
                        : new Ipv6(random.nextInt(variety), random.nextInt(3));
        Protocol protocol = random.nextBoolean() ? Protocol.TCP : Protocol.UDP;
        Destination destination = new Destination(protocol, address, random.nextInt(2));
        return new Key(pages.get(random.nextInt(pages.size())), destination);
    }

    @Test
    void findsWhatIsThereAndNothingElse() {
        for (int variety : new int[] {3, 200, 100_000}) {
            KeyIndex index = new KeyIndex(rows, random.nextLong());
            Map<Key, Integer> model = new HashMap<>();
            for (int step = 0; step < 40_000; step++) {
                Key key = someKey(variety);
                RowKey rowKey = key.toRowKey();
                int row = index.find(rowKey);
                assertThat(row).isEqualTo(model.getOrDefault(key, Rows.NONE));
                if (row == Rows.NONE) {
                    row = rows.create(rowKey);
                    index.add(rowKey, row);
                    model.put(key, row);
                } else if (random.nextInt(3) > 0) {
                    index.remove(rowKey, row);
                    rows.release(row);
                    model.remove(key);
                }
            }
            int present = 0;
            for (int segment = 0; segment < RowKey.SEGMENTS; segment++) {
                for (int row : index.rowsOf(segment)) {
                    RowKey key = new RowKey();
                    rows.readKey(row, key);
                    assertThat(key.segment).isEqualTo(segment);
                    assertThat(index.find(key)).isEqualTo(row);
                    present++;
                }
            }
            assertThat(present).isEqualTo(model.size());
            model.values().forEach(rows::release);
        }
    }

    @Test
    void manyKeysSpreadOverSegmentsAndNoProbeIsLong() {
        KeyIndex index = new KeyIndex(rows, 1);
        int[] inSegment = new int[RowKey.SEGMENTS];
        int count = 1 << 17;
        for (int i = 0; i < count; i++) {
            RowKey key = new RowKey();
            key.set(pages.getFirst(), new Destination(Protocol.TCP, new Ipv4(i), 443));
            index.add(key, rows.create(key));
            inSegment[key.segment]++;
        }
        // 32 are expected; a Poisson variable exceeds 80 once in 10^11.
        assertThat(Arrays.stream(inSegment).max().orElseThrow()).isLessThan(80);
        assertThat(Arrays.stream(inSegment).filter(each -> each == 0).count()).isZero();
        assertThat(index.bytes() / count).isLessThanOrEqualTo(11);
    }

    /** Part of what replicas agree on: in which order orphans are told. */
    @Test
    void segmentsAreTheSameForEver() {
        RowKey key = new RowKey();
        key.set(pages.get(0), new Destination(Protocol.TCP, IpAddress.parse("192.0.2.1"), 443));
        int narrow = key.segment;
        key.set(pages.get(2), new Destination(Protocol.UDP, IpAddress.parse("2001:db8::1"), 53));
        assertThat(List.of(narrow, key.segment)).isEqualTo(List.of(275, 1379));
    }
}
