package io.sallyport.control.ec2;

import static io.sallyport.control.ec2.Parameter.optional;

import io.sallyport.control.catalog.CatalogService;
import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.errors.Kind;
import io.sallyport.control.ec2.xml.XmlAnswer;
import io.sallyport.control.problems.Problem;
import io.sallyport.control.problems.ProblemCode;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogCommand.Existing;
import io.sallyport.store.catalog.KeyScope.Area;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.ElasticIp;
import io.sallyport.store.catalog.Resource.Gateway;
import io.sallyport.store.catalog.Resource.NetworkInterface;
import io.sallyport.store.catalog.Resource.Vpc;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Elastic IPs that one interface has to itself, 1:1. Gateways' have actions of their own. */
@Component
class AddressAssociations implements Operation.Source {

    private static final String NO_INSTANCES =
            "no instance is known here by an id; name its network interface";

    private final CatalogService catalog;
    private final Snapshots snapshots;

    AddressAssociations(CatalogService catalog, Snapshots snapshots) {
        this.catalog = catalog;
        this.snapshots = snapshots;
    }

    @Override
    public Area area() {
        return Area.ADDRESSES;
    }

    @Override
    public List<Operation> operations() {
        return List.of(
                Operation.of(
                        "AssociateAddress",
                        this::associate,
                        Stream.of(
                                optional("AllocationId"),
                                optional("PublicIp"),
                                optional("NetworkInterfaceId"),
                                optional("PrivateIpAddress"),
                                optional("AllowReassociation"),
                                new Parameter.Refused(
                                        "InstanceId", "InvalidInstanceID.NotFound", NO_INSTANCES))),
                Operation.of(
                        "DisassociateAddress",
                        this::disassociate,
                        Stream.of(optional("AssociationId"), optional("PublicIp"))));
    }

    private Consumer<XmlAnswer> associate(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        ElasticIp eip = Addresses.named(call, now);
        NetworkInterface to = interfaceOf(call, now);
        boolean again = call.parameters().isSet("AllowReassociation");
        if (!eip.owner().equals(Optional.of(to.instance()))) {
            refuseWhatIsTaken(eip, to, again, now);
            InterfaceView.tied(to, now)
                    .ifPresent(former ->
                            catalog.apply(
                                    new CatalogCommand.DetachAddress(call.tenant(), former.id()),
                                    former.key()));
        }
        ElasticIp tied = moved(call, eip, to, again);
        return xml ->
                xml.flag("return", true).text("associationId", Associations.id(tied).orElse(null));
    }

    private ElasticIp moved(Call call, ElasticIp eip, NetworkInterface to, boolean again) {
        try {
            return catalog.apply(
                    new CatalogCommand.MoveAddress(
                            call.tenant(),
                            eip.id(),
                            to.instance(),
                            again ? new Existing.End() : new Existing.None()),
                    eip.key(),
                    ElasticIp.class);
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.IN_USE
                    ? GatewayAddresses.taken(eip.key())
                    : problem;
        }
    }

    /** Before anything is changed. */
    private static void refuseWhatIsTaken(
            ElasticIp eip, NetworkInterface to, boolean again, Snapshot now) {
        if (eip.gateway().isPresent()) {
            throw again
                    ? Addresses.isGateways(eip, "DisassociateNatGatewayAddress")
                    : GatewayAddresses.taken(eip.key());
        }
        if (!again && eip.owner().isPresent()) {
            throw GatewayAddresses.taken(eip.key());
        }
        if (!again) {
            InterfaceView.tied(to, now)
                    .ifPresent(former -> {
                        throw GatewayAddresses.taken(former.key());
                    });
        }
        if (eip.address().isV4() != to.privateAddress().isV4()) {
            throw Ec2Error.invalid(
                    "AllocationId", eip.key(), "It must be of the interface's family.");
        }
        boolean isSomewhere =
                now.find(Vpc.class, to.vpc().value())
                        .flatMap(Vpc::attachment)
                        .map(attachment ->
                                attachment instanceof Attachment.Interfaces
                                        || to.tunnelEndpoint().isPresent())
                        .orElse(false);
        if (!isSomewhere) {
            throw new Ec2Error(
                    "IncorrectState",
                    to.key()
                            + " is on no host yet: PUT /v1/network-interfaces/"
                            + to.key()
                            + "/placement says on which, and the operator attaches its VPC");
        }
    }

    private static NetworkInterface interfaceOf(Call call, Snapshot now) {
        String id =
                call.parameters()
                        .text("NetworkInterfaceId")
                        .map(Kind.NETWORK_INTERFACE::wellFormed)
                        .orElseThrow(() -> Ec2Error.missing("NetworkInterfaceId"));
        boolean ofGateway =
                now.all(Gateway.class).stream()
                        .anyMatch(gateway -> gateway.networkInterface().value().equals(id));
        if (ofGateway) {
            throw new Ec2Error(
                    "OperationNotPermitted",
                    id + " is that of a NAT gateway; use AssociateNatGatewayAddress");
        }
        NetworkInterface found = now.get(NetworkInterface.class, Kind.NETWORK_INTERFACE, id);
        call.parameters()
                .text("PrivateIpAddress")
                .filter(address -> !address.equals(found.privateAddress().toString()))
                .ifPresent(address -> {
                    throw Ec2Error.invalid(
                            "PrivateIpAddress",
                            address,
                            "It must be that of the interface, " + found.privateAddress() + ".");
                });
        return found;
    }

    private Consumer<XmlAnswer> disassociate(Call call) {
        Snapshot now = snapshots.now(call.tenant());
        ElasticIp eip = associated(call, now);
        if (eip.gateway().isPresent()) {
            throw Addresses.isGateways(eip, "DisassociateNatGatewayAddress");
        }
        catalog.apply(new CatalogCommand.DetachAddress(call.tenant(), eip.id()), eip.key());
        return Operation.DONE;
    }

    private static ElasticIp associated(Call call, Snapshot now) {
        Optional<String> publicIp = call.parameters().text("PublicIp");
        if (call.parameters().text("AssociationId").isPresent()) {
            if (publicIp.isPresent()) {
                throw Ec2Error.combination(
                        "You may specify public IP or association id, but not both in the same"
                                + " call");
            }
            String id = call.id("AssociationId", Kind.ASSOCIATION);
            return now.all(ElasticIp.class).stream()
                    .filter(eip -> Associations.id(eip).equals(Optional.of(id)))
                    .findFirst()
                    .orElseThrow(() -> Kind.ASSOCIATION.notFound(id));
        }
        ElasticIp eip =
                Addresses.byAddress(
                        now, publicIp.orElseThrow(() -> Ec2Error.missing("AssociationId")));
        if (eip.owner().isEmpty()) {
            throw new Ec2Error(
                    "InvalidAssociationID.NotFound",
                    "Address '" + eip.address() + "' is not associated");
        }
        return eip;
    }
}
