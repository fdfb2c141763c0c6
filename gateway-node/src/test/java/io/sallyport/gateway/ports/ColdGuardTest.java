package io.sallyport.gateway.ports;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Keeping.Refusal;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class ColdGuardTest {

    private static final long SECOND = 1_000_000_000L;
    private static final TenantId TENANT = new TenantId("123456789012");
    private static final TenantId OTHER_TENANT = new TenantId("210987654321");
    private static final Endpoint REMOTE = Endpoint.parse("203.0.113.9:443");

    private long now = 5 * SECOND;

    private static InsideKey from(String client) {
        return new InsideKey(7, Protocol.TCP, new Endpoint(IpAddress.parse(client), 5000), REMOTE);
    }

    /** How many of {@code wishes} pass, spread evenly over {@code nanos}. */
    private int passing(ColdGuard guard, InsideKey key, int live, int wishes, long nanos) {
        int passed = 0;
        for (int i = 0; i < wishes; i++) {
            if (guard.refuses(TENANT, key, live, now) == null) {
                passed++;
            }
            now += nanos / wishes;
        }
        return passed;
    }

    @Test
    void aClientMayOpenASecondsWorthAtOnceAndThenItsRate() {
        ColdGuard guard = new ColdGuard(new ColdQuotas(100, 0), 1);
        assertThat(passing(guard, from("10.0.0.5"), 1, 10_000, 1)).isEqualTo(100);
        assertThat(passing(guard, from("10.0.0.5"), 1, 10_000, 10 * SECOND)).isBetween(998, 1002);
        assertThat(passing(guard, from("2001:db8::5"), 1, 10_000, 1)).isEqualTo(100);
    }

    @Test
    void theQuotaIsSharedByTheLiveMembers() {
        ColdGuard guard = new ColdGuard(new ColdQuotas(99, 0), 1);
        assertThat(passing(guard, from("10.0.0.5"), 3, 10_000, 1)).isEqualTo(33);
        ColdGuard small = new ColdGuard(new ColdQuotas(1, 0), 1);
        assertThat(passing(small, from("10.0.0.5"), 3, 1000, 9 * SECOND)).isEqualTo(3);
    }

    @Test
    void clientsOfOneTenantShareItsQuotaAndNoOneElses() {
        ColdGuard guard = new ColdGuard(new ColdQuotas(0, 50), 1);
        int passed = 0;
        for (int client = 1; client <= 200; client++) {
            passed += passing(guard, from("10.0.0." + client), 1, 1, 0);
        }
        assertThat(passed).isEqualTo(50);
        assertThat(guard.refuses(TENANT, from("10.0.0.9"), 1, now))
                .isEqualTo(Refusal.COLD_QUOTA_TENANT);
        assertThat(guard.refuses(OTHER_TENANT, from("10.0.0.9"), 1, now)).isNull();
    }

    @Test
    void whoIsRefusedForItsOwnSakeUsesNothingOfItsTenants() {
        ColdGuard guard = new ColdGuard(new ColdQuotas(10, 50), 1);
        assertThat(passing(guard, from("10.0.0.5"), 1, 1000, 1)).isEqualTo(10);
        assertThat(guard.refuses(TENANT, from("10.0.0.5"), 1, now))
                .isEqualTo(Refusal.COLD_QUOTA_CLIENT);
        int others = 0;
        for (int client = 10; client < 200; client++) {
            others += passing(guard, from("10.0.1." + client), 1, 1, 0);
        }
        assertThat(others).isEqualTo(40);
    }

    @Test
    void anotherClientsScanFreesNobody() {
        ColdGuard guard = new ColdGuard(new ColdQuotas(10, 0), 1);
        InsideKey greedy = from("10.0.0.5");
        assertThat(passing(guard, greedy, 1, 100, 1)).isEqualTo(10);
        for (int client = 0; client < 5_000; client++) {
            guard.refuses(TENANT, from("10.1." + client / 250 + "." + client % 250), 1, now);
        }
        assertThat(guard.refuses(TENANT, greedy, 1, now)).isEqualTo(Refusal.COLD_QUOTA_CLIENT);
    }

    @Test
    void withoutQuotasEverythingPassesAndNoClientCostsMemory() {
        ColdGuard none = new ColdGuard(ColdQuotas.NONE, 1);
        assertThat(passing(none, from("10.0.0.5"), 3, 100_000, 1)).isEqualTo(100_000);
        ColdGuard guard = new ColdGuard(new ColdQuotas(1_000_000, 1_000_000), 1);
        InsideKey key = from("10.0.0.5");
        passing(guard, key, 3, 100_000, SECOND);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        passing(guard, key, 3, 100_000, SECOND);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }
}
