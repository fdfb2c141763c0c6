package io.sallyport.lab;

import io.sallyport.lab.Installation.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An elastic IP that may be two gateways' and an instance's, each of another VPC whose clients talk
 * all the time, and a server that hears whose packets come from it.
 */
final class MovingAddress implements AutoCloseable {

    /** One that may own the address: what to say by REST, and the letter of its clients. */
    record Party(String letter, Map<String, Object> attachment) {}

    final List<Party> parties = new ArrayList<>();
    private final SideEip eip;
    private final Traffic.Running ear;
    private final List<AutoCloseable> open = new ArrayList<>();

    MovingAddress(LabState lab, Traffic traffic) {
        eip = SideEip.ofIpv4(lab);
        Host server = lab.topology().server(1);
        SideVpc p = vpc(lab, 1, 301, "10.71.0");
        SideVpc q = vpc(lab, 2, 302, "10.72.0");
        SideVpc r = vpc(lab, 2, 303, "10.73.0");
        ear = traffic.start(Role.LETTERS, server, "hear", "--address", eip.address);
        expect(ear, "hearing");
        party(traffic, server, "P", p, Map.of("gatewayId", p.gateway));
        party(traffic, server, "Q", q, Map.of("gatewayId", q.gateway));
        party(traffic, server, "R", r, Map.of("instance", r.instance()));
    }

    private SideVpc vpc(LabState lab, int client, int vni, String net) {
        SideVpc made = SideVpc.make(lab, client, vni, net);
        open.add(made);
        return made;
    }

    private void party(
            Traffic traffic,
            Host server,
            String letter,
            SideVpc vpc,
            Map<String, Object> attachment) {
        Traffic.Running voice =
                traffic.start(
                        Role.LETTERS,
                        vpc.host,
                        "say",
                        "--letter",
                        letter,
                        "--from",
                        vpc.client,
                        "--to",
                        server.address());
        open.add(voice);
        expect(voice, "saying " + letter);
        parties.add(new Party(letter, attachment));
    }

    private static void expect(Traffic.Running tool, String line) {
        String said = tool.line();
        if (!said.equals(line)) {
            throw new LabFailure("\"" + line + "\" was to be said, and not \"" + said + "\"");
        }
    }

    Rest.Exchange move(int party) {
        return eip.move(parties.get(party % parties.size()).attachment());
    }

    JsonNode view() {
        return eip.view();
    }

    /** Waits until the server hears all flows of the party, the next of which it hears all. */
    void awaitTurn(int party) {
        String letter = parties.get(party % parties.size()).letter();
        expect(ear, "turn " + letter);
        expect(ear, "all " + letter);
    }

    /** All that was heard; nothing is heard any more. */
    Letters.Heard heard() {
        ear.release();
        return ear.report(Letters.Heard.class);
    }

    @Override
    public void close() {
        ear.close();
        eip.close();
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new LabFailure("a VPC is still there", e);
            }
        }
    }
}
