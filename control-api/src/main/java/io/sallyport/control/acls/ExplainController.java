package io.sallyport.control.acls;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import io.sallyport.store.catalog.AclPath;
import io.sallyport.store.catalog.AclPath.Boundary;
import io.sallyport.store.catalog.Catalog;
import io.sallyport.store.catalog.Resource.Gateway;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which rule of which network ACL decides about a packet, by the catalog; no packet is sent. */
@RestController
@RequestMapping("/v1/gateways/{id}/explain")
class ExplainController {

    private static final int PORTS = 65535;
    private static final int OCTET = 255;

    enum Way {
        @JsonProperty("out")
        OUT,
        @JsonProperty("in")
        IN
    }

    /**
     * A packet of a connection.
     *
     * @param direction out: from the client to the remote; in: a reply
     * @param protocol a number, or tcp, udp, icmp, icmpv6
     * @param clientPort needed for TCP and UDP; likewise {@code remotePort}
     * @param natPort the gateway's: needed for what comes in by TCP or UDP
     * @param icmpType left out: an echo request, or its reply; likewise {@code icmpCode}
     */
    record ExplainRequest(
            @Nullable Way direction,
            @Nullable String protocol,
            @Nullable String client,
            @Nullable Integer clientPort,
            @Nullable String remote,
            @Nullable Integer remotePort,
            @Nullable Integer natPort,
            @Nullable Integer icmpType,
            @Nullable Integer icmpCode) {}

    /**
     * @param steps what each network ACL on the way says, up to the first that denies; empty: there
     *     is none
     * @param catalogVersion of what was asked
     */
    record ExplanationView(boolean allowed, List<StepView> steps, long catalogVersion) {}

    /**
     * @param at which boundary: client-subnet, gateway-subnet-inside, gateway,
     *     gateway-subnet-outside
     * @param ruleNumber 32767 and 32768: none matches, which denies
     * @param tracked whether it passes what its rules deny, since it is stateful and lets the
     *     connection out
     */
    record StepView(
            String at,
            String networkAclId,
            boolean egress,
            int ruleNumber,
            AclEntryBody.Action action,
            boolean tracked,
            boolean passes) {}

    private final CatalogService catalog;

    ExplainController(CatalogService catalog) {
        this.catalog = catalog;
    }

    @PostMapping
    ExplanationView explain(
            TenantId tenant, @PathVariable String id, @RequestBody ExplainRequest request) {
        GatewayId wanted = Fields.id("id", id, GatewayId::new);
        Gateway gateway = catalog.owned(Gateway.class, tenant, wanted.value());
        boolean outward = Fields.required("direction", request.direction()) == Way.OUT;
        AclPath.Flow flow = flow(request, gateway, outward);
        boolean v6 = flow.protocol().equals(Protocol.ICMPV6);
        int type =
                number(
                        "icmpType",
                        Optional.ofNullable(request.icmpType())
                                .orElse(outward ? (v6 ? 128 : 8) : v6 ? 129 : 0),
                        OCTET);
        int code = number("icmpCode", Optional.ofNullable(request.icmpCode()).orElse(0), OCTET);
        Catalog now = catalog.catalog();
        List<AclPath.Step> steps =
                AclPath.of(now, gateway, flow.client().address()).steps(outward, flow, type, code);
        return new ExplanationView(
                steps.stream().allMatch(AclPath.Step::allows),
                steps.stream().map(ExplainController::view).toList(),
                now.version());
    }

    private static AclPath.Flow flow(ExplainRequest request, Gateway gateway, boolean outward) {
        int number =
                AclEntryBody.number("protocol", Fields.required("protocol", request.protocol()));
        if (number < 0 || number > OCTET) {
            throw Problem.invalid(
                    "protocol", Integer.toString(number), "0 to 255, tcp, udp, icmp or icmpv6");
        }
        Protocol protocol = new Protocol(number);
        boolean ports = protocol.equals(Protocol.TCP) || protocol.equals(Protocol.UDP);
        IpAddress client = Fields.address("client", request.client());
        IpAddress remote = Fields.address("remote", request.remote());
        if (client.isV4() != remote.isV4()) {
            throw Problem.invalid("remote", remote.toString(), "an address of the client's family");
        }
        IpAddress own =
                client.isV4()
                        ? gateway.privateAddress()
                        : gateway.privateAddressV6().orElse(gateway.privateAddress());
        return new AclPath.Flow(
                protocol,
                new Endpoint(client, port("clientPort", request.clientPort(), ports)),
                new Endpoint(remote, port("remotePort", request.remotePort(), ports)),
                new Endpoint(own, port("natPort", request.natPort(), ports && !outward)));
    }

    private static int port(String field, @Nullable Integer asked, boolean needed) {
        Integer port = needed ? Fields.required(field, asked) : asked;
        return number(field, port == null ? 0 : port, PORTS);
    }

    private static int number(String field, int asked, int most) {
        if (asked < 0 || asked > most) {
            throw Problem.invalid(field, Integer.toString(asked), "0 to " + most);
        }
        return asked;
    }

    private static StepView view(AclPath.Step step) {
        return new StepView(
                text(step.at()),
                step.acl().value(),
                step.egress(),
                step.decision().ruleNumber(),
                step.decision().allow() ? AclEntryBody.Action.ALLOW : AclEntryBody.Action.DENY,
                step.tracked(),
                step.allows());
    }

    private static String text(Boundary at) {
        return switch (at) {
            case CLIENT_SUBNET -> "client-subnet";
            case GATEWAY_SUBNET_INSIDE -> "gateway-subnet-inside";
            case GATEWAY -> "gateway";
            case GATEWAY_SUBNET_OUTSIDE -> "gateway-subnet-outside";
        };
    }
}
