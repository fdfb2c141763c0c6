package io.sallyport.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.lab.SharedLab.UnderTest;
import java.time.Duration;
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

        String from = Tenancy.insideAddress(lab.topology, 2);
        String account = "^2 " + lab.ant.account() + " eni-[0-9a-f]+ ";
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    FlowLogs logs = FlowLogs.fetch(Lab.s3(lab.state), lab.ant.bucket());
                    assertThat(logs.lines())
                            .anyMatch(line ->
                                    line.matches(
                                            account
                                                    + from
                                                    + " "
                                                    + lab.server.address()
                                                    + " [0-9]+ 80 6 .* ACCEPT OK"))
                            .anyMatch(line ->
                                    line.matches(
                                            account
                                                    + from
                                                    + " "
                                                    + lab.otherServer.address()
                                                    + " [0-9]+ 80 6 .* REJECT OK"))
                            .noneMatch(line -> line.contains(lab.ipv4(lab.ant)));
                });
    }
}
