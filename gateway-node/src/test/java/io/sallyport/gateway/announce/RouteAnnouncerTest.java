package io.sallyport.gateway.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.announce.RouteAnnouncer.Standing;
import io.sallyport.gateway.io.HostRoutes.HostRoute;
import io.sallyport.gateway.io.Pulse;
import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouteAnnouncerTest {

    private static final String TUNNEL = "10.255.0.1 100";
    private static final String ONE = "203.0.113.1 100";
    private static final String SIX = "2001:db8::6 100";

    private final Routes table = new Routes();
    private final Pulse pulse = Pulse.unshared();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Standing standing = new Standing(true, 2);
    private RouteAnnouncer announcer = announcer(false);

    private RouteAnnouncer announcer(boolean worsen) {
        return new RouteAnnouncer(
                new AnnounceSettings(
                        83, 100, 1000, worsen, Optional.of(IpAddress.parse("10.255.0.1"))),
                table,
                () -> {
                    asked.incrementAndGet();
                    return standing;
                },
                pulse);
    }

    @AfterEach
    void close() {
        announcer.close();
    }

    private static NodeView view(String... eips) {
        Map<IpAddress, Integer> indexes = new HashMap<>();
        for (String eip : eips) {
            indexes.put(IpAddress.parse(eip), 0);
        }
        return new NodeView(1, Map.of(), Map.of(), indexes);
    }

    private void awaitRoutes(String... routes) {
        await().untilAsserted(() -> assertThat(table.texts()).containsExactlyInAnyOrder(routes));
    }

    @Test
    void routesFollowTheEipsOnceTheNodeCarries() {
        announcer.view(view("203.0.113.1"));
        await().until(() -> asked.get() > 5);
        assertThat(table.texts()).isEmpty();
        assertThat(pulse.announces()).isFalse();
        announcer.start();
        awaitRoutes(ONE, TUNNEL);
        assertThat(pulse.announces()).isTrue();
        assertThat(pulse.others()).isEqualTo(2);
        announcer.view(view("203.0.113.1", "2001:db8::6"));
        awaitRoutes(ONE, SIX, TUNNEL);
        announcer.view(view("2001:db8::6"));
        awaitRoutes(SIX, TUNNEL);
    }

    @Test
    void aNodeThatDoesNotCarryAnnouncesNothing() {
        announcer.view(view("203.0.113.1"));
        announcer.start();
        awaitRoutes(ONE, TUNNEL);
        standing = new Standing(false, 2);
        awaitRoutes();
        standing = new Standing(true, 2);
        awaitRoutes(ONE, TUNNEL);
    }

    @Test
    void whileTheGuardBarsItNothingIsTouchedAndAfterwardsAllIsMended() {
        announcer.view(view("203.0.113.1"));
        announcer.start();
        awaitRoutes(ONE, TUNNEL);
        pulse.bar(true);
        standing = new Standing(true, 5);
        await().until(() -> pulse.others() == 5);
        table.list().forEach(table::remove);
        announcer.view(view("203.0.113.1", "2001:db8::6"));
        standing = new Standing(true, 6);
        await().until(() -> pulse.others() == 6);
        assertThat(table.texts()).isEmpty();
        pulse.bar(false);
        awaitRoutes(ONE, SIX, TUNNEL);
    }

    @Test
    void aDrainWithdrawsOrWorsensAndAnEndLeavesNothing() {
        announcer.view(view("203.0.113.1"));
        announcer.start();
        awaitRoutes(ONE, TUNNEL);
        announcer.drain();
        awaitRoutes();
        announcer.close();

        announcer = announcer(true);
        announcer.view(view("203.0.113.1"));
        announcer.start();
        awaitRoutes(ONE, TUNNEL);
        announcer.drain();
        awaitRoutes("203.0.113.1 1000", "10.255.0.1 1000");
        announcer.close();
        assertThat(table.texts()).isEmpty();
    }

    @Test
    void whatAFormerLifeLeftGoesAtOnceWhereOthersCarry() {
        announcer.close();
        table.add(new HostRoute(IpAddress.parse("203.0.113.9"), 100));
        pulse.others(1);
        announcer = announcer(false);
        assertThat(table.texts()).isEmpty();
    }

    @Test
    void whatAFormerLifeLeftStaysUntilThisOneCarriesWhereItWasAlone() {
        announcer.close();
        table.add(new HostRoute(IpAddress.parse("203.0.113.9"), 100));
        pulse.others(0);
        int before = asked.get();
        announcer = announcer(false);
        await().until(() -> asked.get() > before + 5);
        assertThat(table.texts()).containsExactly("203.0.113.9 100");
        standing = new Standing(false, 0);
        announcer.start();
        int started = asked.get();
        await().until(() -> asked.get() > started + 5);
        assertThat(table.texts()).as("it has to catch up yet").containsExactly("203.0.113.9 100");
        standing = new Standing(true, 0);
        awaitRoutes(TUNNEL);
    }

    @Test
    void aNodeThatStaysLeavesItsRoutes() {
        announcer.start();
        awaitRoutes(TUNNEL);
        announcer.remain();
        announcer.close();
        assertThat(table.texts()).containsExactly(TUNNEL);
    }

    @Test
    void whatSomebodyElseTookComesBack() {
        announcer.start();
        awaitRoutes(TUNNEL);
        table.list().forEach(table::remove);
        awaitRoutes(TUNNEL);
    }
}
