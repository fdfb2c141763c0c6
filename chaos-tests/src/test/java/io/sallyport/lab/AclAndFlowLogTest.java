package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a tenant forbids does not leave, and what happened is in the tenant's bucket. */
@Tag("privileged")
@ExtendWith(SharedLab.class)
class AclAndFlowLogTest {

    @Test
    void aDeniedDestinationIsSilentOthersAreNotAndTheFlowLogSaysSo(UnderTest lab) {
        Rest api = lab.api(lab.ant);
        Host client = lab.topology.client(2);
        String allowed = "http://" + lab.server.address() + "/whoami";
        String denied = "http://" + lab.otherServer.address() + "/whoami";
        Acls.associate(api, lab.ant, Acls.denyTcpTo(api, lab.otherServer.address()));
        try {
            assertThat(lab.traffic.curl(client, denied).ok()).isFalse();
            assertThat(lab.traffic.curl(client, allowed).ok()).isTrue();
        } finally {
            Acls.dissociate(api, lab.ant);
        }
        assertThat(lab.traffic.curl(client, denied).ok()).as("after it was taken off").isTrue();

        // By AWS' rules records name the gateway's private address, never the elastic IP.
        String record = "2 %s eni-[0-9a-f]+ ".formatted(lab.ant.account());
        String inside = Tenancy.insideAddress(lab.topology, 2);
        String gateway = lab.ant.privateAddress();
        FlowLogs logs = new FlowLogs(Lab.s3(lab.state), lab.ant.bucket());
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    logs.fetch();
                    assertThat(logs.lines())
                            .anyMatch(has(record, inside, gateway, "ACCEPT"))
                            .anyMatch(has(record, gateway, lab.server.address(), "ACCEPT"))
                            .anyMatch(has(record, inside, gateway, "REJECT"));
                });
        assertThat(logs.lines())
                .noneMatch(line -> line.contains(" " + lab.ipv4(lab.ant) + " "))
                .noneMatch(has(record, gateway, lab.otherServer.address(), "REJECT"));
    }

    private static Predicate<String> has(String record, String from, String to, String action) {
        return Pattern.compile("%s%s %s [0-9]+ 80 6 .* %s OK".formatted(record, from, to, action))
                .asMatchPredicate();
    }
}
