package io.sallyport.store.catalog;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.RouteTableId;
import io.sallyport.net.IpAddress;
import io.sallyport.store.catalog.CatalogCommand.OfRouting;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The catalog's law. {@link #decide} answers a command from what is and changes nothing; {@link
 * #apply} is the only mutator; both are pure functions of the log, so every replica that runs the
 * same entries holds the same catalog. Commands of one entry share its index and are each applied
 * before the next is decided. Expected refusals are results; nothing is thrown for a bad command.
 *
 * <p>One thread at a time; what {@link #catalog()} returns may go anywhere.
 */
public final class CatalogLaw {

    /** Sorts before every resource's key and is none. */
    private static final String VERSION_KEY = "!version";

    private final CatalogTable table = new CatalogTable();
    private final TenantRules tenants = new TenantRules(table);
    private final PoolRules pools = new PoolRules(table);
    private final AttachmentRules attachments = new AttachmentRules(table);
    private final VpcRules vpcs = new VpcRules(table);
    private final AddressRules addresses = new AddressRules(table);
    private final MoveRules moves = new MoveRules(table);
    private final QuotaRules quotas = new QuotaRules(table);
    private final GatewayRules gateways = new GatewayRules(table);
    private final PrivateGatewayRules privateGateways = new PrivateGatewayRules(table, gateways);
    private final RouteRules routes = new RouteRules(table);
    private final InternetGatewayRules internetGateways = new InternetGatewayRules(table);
    private final InterfaceRules interfaces = new InterfaceRules(table);
    private final AclRules acls = new AclRules(table);
    private final FlowLogRules flowLogs = new FlowLogRules(table);
    private final LabelRules labels = new LabelRules(table);

    /**
     * @param index log index of the entry: the version of what the command changes; greater than
     *     any before it
     */
    public Decision decide(CatalogCommand command, long index) {
        Decision decision = labels.withoutOrphans(conditional(command, index));
        boolean grows =
                decision.changes().stream()
                        .anyMatch(change ->
                                change instanceof CatalogChange.Put(Resource resource)
                                        && table.find(Resource.class, resource.key()).isEmpty());
        return grows && table.size() >= CatalogLimits.RESOURCES
                ? Decision.full("resources of all tenants", CatalogLimits.RESOURCES)
                : decision;
    }

    private Decision conditional(CatalogCommand command, long index) {
        return command instanceof CatalogCommand.IfUnchanged(var change, var key, var versions)
                ? ifUnchanged(ruled(change, index), key, versions)
                : labelled(command, index);
    }

    /** What is somebody else's is told as what is not there, whatever its version. */
    private Decision ifUnchanged(Decision decision, String key, List<Long> versions) {
        long version =
                table.find(Resource.class, key)
                        .or(() -> RouteTableId.parse(key).flatMap(table::impliedMain))
                        .map(Resource::version)
                        .orElse(0L);
        boolean isKnown = versions.isEmpty() ? version > 0 : versions.contains(version);
        return isKnown || decision.result() instanceof CatalogResult.NotFound
                ? decision
                : Decision.changed(key, version);
    }

    private Decision labelled(CatalogCommand command, long index) {
        return command instanceof CatalogCommand.Labelled(var create, var now, var tags)
                ? labels.label(ruled(create, index), now, tags, index)
                : ruled(command, index);
    }

    private Decision ruled(CatalogCommand command, long index) {
        return switch (command) {
            case CatalogCommand.PutTenant c -> tenants.putTenant(c, index);
            case CatalogCommand.DeleteTenant c -> tenants.deleteTenant(c, index);
            case CatalogCommand.PutQuotas c -> quotas.putQuotas(c, index);
            case CatalogCommand.PutApiKey c -> tenants.putApiKey(c, index);
            case CatalogCommand.DeleteApiKey c -> tenants.deleteApiKey(c, index);
            case CatalogCommand.PutAccessKey c -> tenants.putAccessKey(c, index);
            case CatalogCommand.DeleteAccessKey c -> tenants.deleteAccessKey(c, index);
            case CatalogCommand.PutPool c -> pools.putPool(c, index);
            case CatalogCommand.DeletePool c -> pools.deletePool(c, index);
            case CatalogCommand.AttachVpc c -> attachments.attachVpc(c, index);
            case CatalogCommand.Labelled c -> throw new AssertionError("handled before " + c);
            case CatalogCommand.IfUnchanged c -> throw new AssertionError("handled before " + c);
            case CatalogCommand.PutTags c -> labels.put(c, index);
            case CatalogCommand.DeleteTags c -> labels.delete(c, index);
            case CatalogCommand.CreateVpc c -> vpcs.createVpc(c, index);
            case CatalogCommand.DeleteVpc c -> vpcs.deleteVpc(c, index);
            case CatalogCommand.CreateSubnet c -> vpcs.createSubnet(c, index);
            case CatalogCommand.DeleteSubnet c -> vpcs.deleteSubnet(c, index);
            case CatalogCommand.AllocateAddress c -> addresses.allocate(c, index);
            case CatalogCommand.ReleaseAddress c -> addresses.release(c, index);
            case CatalogCommand.MoveAddress c -> moves.move(c, index);
            case CatalogCommand.EndDrain c -> moves.endDrain(c, index);
            case CatalogCommand.DrainAddress c -> moves.drain(c, index);
            case CatalogCommand.DetachAddress c -> addresses.detach(c, index);
            case CatalogCommand.CreateGateway c -> gateways.create(c, index);
            case CatalogCommand.CreatePrivateGateway c -> privateGateways.create(c, index);
            case CatalogCommand.AssignPrivateAddresses c -> privateGateways.assign(c, index);
            case CatalogCommand.DeleteGateway c -> gateways.delete(c, index);
            case CatalogCommand.RetireGateway c -> gateways.retire(c, index);
            case OfRouting c -> routed(c, index);
            case CatalogCommand.CreateNetworkInterface c -> interfaces.create(c, index);
            case CatalogCommand.PlaceNetworkInterface c -> interfaces.place(c, index);
            case CatalogCommand.DeleteNetworkInterface c -> interfaces.delete(c, index);
            case CatalogCommand.AssociateAcl c -> gateways.associate(c, index);
            case CatalogCommand.SetCopies c -> gateways.setCopies(c, index);
            case CatalogCommand.CreateAcl c -> acls.create(c, index);
            case CatalogCommand.PutAcl c -> acls.put(c, index);
            case CatalogCommand.PutAclEntry c -> acls.putEntry(c, index);
            case CatalogCommand.DeleteAclEntry c -> acls.deleteEntry(c, index);
            case CatalogCommand.AssociateSubnet c -> acls.associate(c, index);
            case CatalogCommand.DeleteAcl c -> acls.delete(c, index);
            case CatalogCommand.CreateFlowLog c -> flowLogs.create(c, index);
            case CatalogCommand.DeleteFlowLog c -> flowLogs.delete(c, index);
        };
    }

    private Decision routed(OfRouting command, long index) {
        return switch (command) {
            case OfRouting.CreateRouteTable c -> routes.create(c, index);
            case OfRouting.DeleteRouteTable c -> routes.delete(c, index);
            case OfRouting.PutRoute c -> routes.put(c, index);
            case OfRouting.DeleteRoute c -> routes.delete(c, index);
            case OfRouting.AssociateRouteTable c -> routes.associate(c, index);
            case OfRouting.DisassociateRouteTable c -> routes.disassociate(c, index);
            case OfRouting.ReplaceMainRouteTable c -> routes.replaceMain(c, index);
            case OfRouting.CreateInternetGateway c -> internetGateways.create(c, index);
            case OfRouting.DeleteInternetGateway c -> internetGateways.delete(c, index);
            case OfRouting.AttachInternetGateway c -> internetGateways.attach(c, index);
            case OfRouting.DetachInternetGateway c -> internetGateways.detach(c, index);
        };
    }

    /**
     * What follows when all members that are not dead obey version {@code obeyed}: lives that began
     * by then open.
     *
     * @param most of them at once
     */
    public List<CatalogChange> opened(long obeyed, int most, long index) {
        return moves.opened(obeyed, most, index);
    }

    /** Makes a decision true; the same code live, on a follower and on replay. */
    public void apply(long index, List<CatalogChange> changes) {
        table.apply(index, changes);
    }

    /** The whole catalog now; the same object until the next change. */
    public Catalog catalog() {
        return table.snapshot();
    }

    /** Whether the address is attached and in this life of its pool of ports. */
    public boolean knows(IpAddress eip, long poolGeneration) {
        return table.attachedAt(eip)
                .map(found -> found.poolGeneration() == poolGeneration)
                .orElse(false);
    }

    /** Where a checkpoint writes what changed. */
    public interface CheckpointSink {
        void put(byte[] key, byte[] value);

        void remove(byte[] key);
    }

    /**
     * Gives the sink every key that changed since the last call, and forgets that it did. Written
     * over an older checkpoint they make the present one.
     */
    public void drainDirty(CheckpointSink sink) {
        List<String> keys = table.drainDirty();
        for (String key : keys) {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            table.find(Resource.class, key)
                    .ifPresentOrElse(
                            resource -> sink.put(bytes, CatalogCodec.encode(resource)),
                            () -> sink.remove(bytes));
        }
        if (!keys.isEmpty()) {
            sink.put(
                    VERSION_KEY.getBytes(StandardCharsets.UTF_8),
                    new WireWriter(8).i64(table.version()).toBytes());
        }
    }

    /**
     * Takes back one key of a checkpoint, in any order, into an empty law.
     *
     * @throws io.sallyport.allocator.wire.WireException where the value is damaged
     */
    public void load(byte[] key, byte[] value) {
        if (new String(key, StandardCharsets.UTF_8).equals(VERSION_KEY)) {
            table.restoreVersion(WireReader.whole(value, WireReader::i64));
        } else {
            table.restore(CatalogCodec.decodeResource(value));
        }
    }
}
