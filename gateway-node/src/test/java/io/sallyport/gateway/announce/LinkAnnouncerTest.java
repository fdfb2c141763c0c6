package io.sallyport.gateway.announce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sallyport.gateway.view.NodeView;
import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LinkAnnouncerTest {

    private final List<IpAddress> announced = new CopyOnWriteArrayList<>();

    private static NodeView view(String... eips) {
        return new NodeView(
                1,
                Map.of(),
                Map.of(),
                Arrays.stream(eips).collect(Collectors.toMap(IpAddress::parse, eip -> 0)));
    }

    @Test
    void announcesOnlyEipsOfTheOutsideSubnetAndOnlyOnceItCarries() {
        try (LinkAnnouncer announcer = new LinkAnnouncer(announced::add)) {
            announcer.subnets(List.of(IpPrefix.parse("198.51.100.0/24")));
            announcer.view(view("198.51.100.77", "203.0.113.1"));
            assertThat(announced).isEmpty();
            announcer.start();
            await().until(() -> !announced.isEmpty());
            announcer.view(view("198.51.100.77", "198.51.100.78", "203.0.113.1"));
            await().until(() -> announced.contains(IpAddress.parse("198.51.100.78")));
            assertThat(announced).doesNotContain(IpAddress.parse("203.0.113.1"));
        }
    }

    @Test
    void repeatsAnAnnouncementSinceItMayBeLost() {
        try (LinkAnnouncer announcer = new LinkAnnouncer(announced::add)) {
            announcer.subnets(List.of(IpPrefix.parse("198.51.100.0/24")));
            announcer.start();
            announcer.view(view("198.51.100.77"));
            await().until(() -> announced.size() >= 2);
        }
    }
}
