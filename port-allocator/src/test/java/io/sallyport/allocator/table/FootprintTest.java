package io.sallyport.allocator.table;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.Decision;
import io.sallyport.allocator.LeaseChange;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.LeaseLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.Pool;
import io.sallyport.allocator.Ports;
import io.sallyport.allocator.Stamp;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Ipv4;
import io.sallyport.net.Ipv6;
import io.sallyport.net.Protocol;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a destination costs, and that neither granting nor returning leaves garbage behind. */
class FootprintTest {

    private static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    private static final Incarnation HOLDER = new Incarnation(7);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static LeaseKey key(boolean v6, int number) {
        IpAddress remote = v6 ? new Ipv6(0x20010db8L << 32, number) : new Ipv4(number);
        return new LeaseKey(EIP, 1, new Destination(Protocol.TCP, remote, 443));
    }

    /**
     * Bytes for each destination of so many ports, of which four or five say that a checkpoint has
     * to write it.
     */
    @ParameterizedTest
    @CsvSource({
        "200000, 1, 1, 46, 76",
        "200000, 1, 4, 46, 76",
        "200000, 1, 10, 62, 92",
        "200000, 3, 3, 96, 126",
        "20000, 1, 100, 320, 350",
        "200, 1, 10000, 9000, 9300",
        "200, 1, 64512, 9000, 9300"
    })
    void aDestinationCosts(int destinations, int holders, int ports, int v4Most, int v6Most) {
        assertThat(bytesFor(false, destinations, holders, ports)).isLessThanOrEqualTo(v4Most);
        assertThat(bytesFor(true, destinations, holders, ports)).isLessThanOrEqualTo(v6Most);
    }

    private static long bytesFor(boolean v6, int destinations, int holders, int ports) {
        MemoryTable table = new MemoryTable();
        int[] numbers = new int[ports / holders];
        for (int i = 0; i < destinations; i++) {
            for (int holder = 0; holder < holders; holder++) {
                for (int each = 0; each < numbers.length; each++) {
                    numbers[each] = 1024 + each * holders + holder;
                }
                table.lease(key(v6, i), new Incarnation(holder), 1, Ports.of(numbers));
            }
        }
        long bytes = table.bytes() / destinations;
        System.out.println(ports + " ports, " + holders + " holders: " + bytes + " bytes each");
        return bytes;
    }

    @Test
    void aGrantAndAReturnAllocateNextToNothing() {
        MemoryTable table = new MemoryTable();
        Pool pool = new Pool(key(false, 0).pool(), new TenantId("000000000001"), 0);
        table.learn(1, Membership.EMPTY, List.of(pool), List.of());
        table.lease(key(false, -1), HOLDER, 1, Ports.of(2000));
        List<LeaseKey> keys = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            keys.add(key(i % 2 == 0, i));
        }
        for (int fill : new int[] {0, 2, 100, 1000, 60_000}) {
            int[] first = new int[fill];
            for (int i = 0; i < fill; i++) {
                first[i] = 2000 + i;
            }
            List<LeaseKey> some = keys.subList(0, fill > 1000 ? 10 : 1000);
            if (fill > 0) {
                some.forEach(key -> table.lease(key, HOLDER, 1, Ports.of(first)));
            }
            Ports one = Ports.of(1500);
            grantAndReturn(table, some, one, 100_000);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            grantAndReturn(table, some, one, 100_000);
            long each = (THREADS.getCurrentThreadAllocatedBytes() - before) / 100_000;
            assertThat(each).as("bytes for a grant and a return at %d ports", fill).isLessThan(16);
            if (fill > 0) {
                some.forEach(key -> table.free(key, HOLDER, Ports.of(first)));
            }
        }
    }

    /** Commands and answers are objects, but young ones and few. */
    @Test
    void aGrantAndAReturnThroughTheLawAllocateLittle() {
        MemoryTable table = new MemoryTable();
        Pool pool = new Pool(key(false, 0).pool(), new TenantId("000000000001"), 0);
        table.learn(1, Membership.EMPTY, List.of(pool), List.of());
        table.learn(2, MemoryTableTest.members(0), List.of(), List.of());
        Incarnation live = table.membership().members().getFirst().incarnation();
        LeaseLaw law = new LeaseLaw(table);
        for (int want : new int[] {1, 16}) {
            grantAndReturn(law, live, table.membership().epoch(), want, 5_000);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            grantAndReturn(law, live, table.membership().epoch(), want, 20_000);
            long each = (THREADS.getCurrentThreadAllocatedBytes() - before) / 20_000;
            assertThat(each).as("bytes for %d ports", want).isLessThan(600 + 24L * want);
        }
    }

    private static void grantAndReturn(
            LeaseLaw law, Incarnation live, Epoch epoch, int want, int times) {
        LeaseKey key = key(false, 1);
        byte[] entropy = new byte[Stamp.ENTROPY_BYTES];
        for (int i = 0; i < times; i++) {
            Stamp stamp = new Stamp(7, i, entropy);
            Decision<LeaseChange> granted =
                    law.decide(new AllocatorCommand.Acquire(live, key, want, epoch), stamp);
            law.apply(granted);
            Ports ports = ((AllocatorResult.Granted) granted.result()).ports();
            if (ports.size() != want) {
                throw new AssertionError(ports + " are not " + want);
            }
            law.apply(law.decide(new AllocatorCommand.Return(live, key, 7, ports), stamp));
        }
    }

    private static void grantAndReturn(
            MemoryTable table, List<LeaseKey> keys, Ports port, int times) {
        for (int i = 0; i < times; i++) {
            LeaseKey key = keys.get(i % keys.size());
            table.lease(key, HOLDER, 5, port);
            table.free(key, HOLDER, port);
        }
    }
}
