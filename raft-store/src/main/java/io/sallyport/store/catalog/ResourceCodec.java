package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.PartCodec.ITEMS;
import static io.sallyport.store.catalog.PartCodec.TEXT;
import static io.sallyport.store.catalog.PartCodec.accessKey;
import static io.sallyport.store.catalog.PartCodec.acl;
import static io.sallyport.store.catalog.PartCodec.areFormer;
import static io.sallyport.store.catalog.PartCodec.eip;
import static io.sallyport.store.catalog.PartCodec.entries;
import static io.sallyport.store.catalog.PartCodec.flowLog;
import static io.sallyport.store.catalog.PartCodec.gateway;
import static io.sallyport.store.catalog.PartCodec.isPlain;
import static io.sallyport.store.catalog.PartCodec.keyScope;
import static io.sallyport.store.catalog.PartCodec.logForm;
import static io.sallyport.store.catalog.PartCodec.networkInterface;
import static io.sallyport.store.catalog.PartCodec.number;
import static io.sallyport.store.catalog.PartCodec.prefixes;
import static io.sallyport.store.catalog.PartCodec.scope;
import static io.sallyport.store.catalog.PartCodec.subnet;
import static io.sallyport.store.catalog.PartCodec.tags;
import static io.sallyport.store.catalog.PartCodec.tenant;
import static io.sallyport.store.catalog.PartCodec.trafficType;
import static io.sallyport.store.catalog.PartCodec.vpc;
import static io.sallyport.store.catalog.PartCodec.wholeEntries;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.store.catalog.Resource.Owner;
import java.util.List;
import java.util.Optional;

/** Resources: u8 kind, the fields in the order of the record, the version last. */
final class ResourceCodec {

    private static final int GATEWAY = 6;
    private static final int LABEL = 11;
    private static final int FLOW_LOG = 20;
    private static final int TENANT_WITH_SCOPES = 40;
    private static final int INTERFACE = 41;

    private ResourceCodec() {}

    static void write(WireWriter w, Resource resource) {
        switch (resource) {
            case Resource.Tenant r -> {
                // As it was written before keys had scopes, and before there were access keys.
                int former = r.accessKeys().isEmpty() ? 1 : 10;
                w.u8(r.isPlain() ? former : TENANT_WITH_SCOPES).text(r.id().value()).text(r.name());
                if (!r.isPlain()) {
                    w.list(
                                    r.apiKeys(),
                                    (x, key) -> PartCodec.write(x.text(key.hash()), key.scope()))
                            .list(
                                    r.accessKeys(),
                                    (x, key) ->
                                            PartCodec.write(x.text(key.id().value()), key.scope()));
                } else {
                    w.text(r.apiKeys().getFirst().hash());
                    if (!r.accessKeys().isEmpty()) {
                        w.list(r.accessKeys(), (x, key) -> x.text(key.id().value()));
                    }
                }
            }
            case Resource.Label r ->
                    tags(
                            w.u8(LABEL)
                                    .text(r.of())
                                    .text(r.tenant().value())
                                    .i64(r.createdEpochMillis()),
                            r.tags());
            case Resource.FormerGateway r -> {
                write(w.u8(12), r.was());
                write(w, r.label());
                w.list(r.addresses(), (x, a) -> x.text(a.id().value()).address(a.address()))
                        .i64(r.deletedEpochMillis());
            }
            case Resource.Quotas r ->
                    PartCodec.write(w.u8(51).text(r.tenant().value()), r.limits());
            case Resource.AddressPool r ->
                    prefixes(w.u8(r.isPrivate() ? 50 : 2).text(r.name()), r.prefixes());
            case Resource.Vpc r ->
                    prefixes(w.u8(3).text(r.id().value()).text(r.tenant().value()), r.prefixes())
                            .optional(r.attachment(), PartCodec::write);
            case Resource.Subnet r -> {
                // As it was written before subnets had ACLs, where it has none.
                w.u8(r.association().isEmpty() ? 4 : 31)
                        .text(r.id().value())
                        .text(r.tenant().value())
                        .text(r.vpc().value())
                        .prefix(r.prefix());
                r.association().ifPresent(a -> w.text(a.acl().value()).i64(a.since()));
            }
            case Resource.ElasticIp r ->
                    w.u8(9)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .address(r.address())
                            .i64(r.poolGeneration())
                            .optional(r.owner(), PartCodec::write)
                            .flag(r.open())
                            .optional(r.drain(), PartCodec::write);
            case Resource.Gateway r ->
                    w.u8(GATEWAY)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .text(r.vpc().value())
                            .text(r.subnet().value())
                            .text(r.networkInterface().value())
                            .address(r.privateAddress())
                            .optional(r.privateAddressV6(), WireWriter::address)
                            .optional(r.acl(), (x, acl) -> x.text(acl.value()))
                            .i32(r.copies());
            case Resource.NetworkInterface r ->
                    w.u8(INTERFACE)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .text(r.vpc().value())
                            .text(r.subnet().value())
                            .address(r.privateAddress())
                            .i64(r.mac())
                            .optional(r.tunnelEndpoint(), WireWriter::address);
            case Resource.NetworkAcl r -> {
                // As it was written when ACLs were for gateways only, where it is such a one.
                if (r.vpc().isEmpty() && !r.stateful() && areFormer(r.entries())) {
                    w.u8(7)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .list(r.entries(), PartCodec::write);
                } else {
                    w.u8(30)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .optional(r.vpc(), (x, vpc) -> x.text(vpc.value()))
                            .flag(r.isDefault())
                            .flag(r.stateful())
                            .list(r.entries(), PartCodec::writeWhole);
                }
            }
            case Routing r -> RoutingCodec.write(w, r);
            case Resource.FlowLog r -> {
                // As it was written before there was a choice, where none was made.
                if (isPlain(r.scope(), r.form())) {
                    w.u8(8)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .text(r.scope().key())
                            .text(r.bucket())
                            .text(r.prefix())
                            .u8(number(r.trafficType()));
                } else {
                    PartCodec.write(
                            w.u8(FLOW_LOG).text(r.id().value()).text(r.tenant().value()),
                            r.scope());
                    PartCodec.write(
                            w.text(r.bucket()).text(r.prefix()).u8(number(r.trafficType())),
                            r.form());
                }
            }
        }
        w.i64(resource.version());
    }

    static Resource read(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new Resource.Tenant(tenant(r), r.text(TEXT), r.text(TEXT), r.i64());
            case 10 ->
                    new Resource.Tenant(
                            tenant(r),
                            r.text(TEXT),
                            List.of(new Resource.ApiKey(r.text(TEXT), KeyScope.FULL)),
                            r.list(ITEMS, x -> new Resource.AccessKey(accessKey(x), KeyScope.FULL)),
                            r.i64());
            case TENANT_WITH_SCOPES ->
                    new Resource.Tenant(
                            tenant(r),
                            r.text(TEXT),
                            r.list(ITEMS, x -> new Resource.ApiKey(x.text(TEXT), keyScope(x))),
                            r.list(ITEMS, x -> new Resource.AccessKey(accessKey(x), keyScope(x))),
                            r.i64());
            case INTERFACE ->
                    new Resource.NetworkInterface(
                            networkInterface(r),
                            tenant(r),
                            vpc(r),
                            subnet(r),
                            r.address(),
                            r.i64(),
                            r.optional(WireReader::address),
                            r.i64());
            case LABEL -> label(r);
            case 12 ->
                    new Resource.FormerGateway(
                            wasGateway(r.expect(GATEWAY, "gateway")),
                            label(r.expect(LABEL, "label")),
                            r.list(ITEMS, x -> new Resource.FormerAddress(eip(x), x.address())),
                            r.i64(),
                            r.i64());
            case 2 -> new Resource.AddressPool(r.text(TEXT), prefixes(r), false, r.i64());
            case 51 -> new Resource.Quotas(tenant(r), PartCodec.limits(r), r.i64());
            case 50 -> new Resource.AddressPool(r.text(TEXT), prefixes(r), true, r.i64());
            case 3 ->
                    new Resource.Vpc(
                            vpc(r),
                            tenant(r),
                            prefixes(r),
                            r.optional(PartCodec::attachment),
                            r.i64());
            case 4 -> new Resource.Subnet(subnet(r), tenant(r), vpc(r), r.prefix(), r.i64());
            case 5 -> // before instances could own one, and before it said whether it is open
                    new Resource.ElasticIp(
                            eip(r),
                            tenant(r),
                            r.address(),
                            r.i64(),
                            r.optional(x -> new Owner.OfGateway(gateway(x))),
                            false,
                            Optional.empty(),
                            r.i64());
            case 9 ->
                    new Resource.ElasticIp(
                            eip(r),
                            tenant(r),
                            r.address(),
                            r.i64(),
                            r.optional(PartCodec::owner),
                            r.flag(),
                            r.optional(PartCodec::drain),
                            r.i64());
            case GATEWAY -> wasGateway(r);
            case RoutingCodec.ROUTE_TABLE -> RoutingCodec.routeTable(r);
            case RoutingCodec.INTERNET_GATEWAY -> RoutingCodec.internetGateway(r);
            case 31 ->
                    new Resource.Subnet(
                            subnet(r),
                            tenant(r),
                            vpc(r),
                            r.prefix(),
                            Optional.of(new Resource.AclAssociation(acl(r), r.i64())),
                            r.i64());
            case 7 -> new Resource.NetworkAcl(acl(r), tenant(r), entries(r), r.i64());
            case 30 ->
                    new Resource.NetworkAcl(
                            acl(r),
                            tenant(r),
                            r.optional(PartCodec::vpc),
                            r.flag(),
                            r.flag(),
                            wholeEntries(r),
                            r.i64());
            case 8 ->
                    new Resource.FlowLog(
                            flowLog(r),
                            tenant(r),
                            gateway(r),
                            r.text(TEXT),
                            r.text(TEXT),
                            trafficType(r),
                            r.i64());
            case FLOW_LOG ->
                    new Resource.FlowLog(
                            flowLog(r),
                            tenant(r),
                            scope(r),
                            r.text(TEXT),
                            r.text(TEXT),
                            trafficType(r),
                            logForm(r),
                            r.i64());
            default -> throw new WireException("resource kind " + kind + " is not known");
        };
    }

    private static Resource.Gateway wasGateway(WireReader r) {
        return new Resource.Gateway(
                gateway(r),
                tenant(r),
                vpc(r),
                subnet(r),
                networkInterface(r),
                r.address(),
                r.optional(WireReader::address),
                r.optional(PartCodec::acl),
                r.i32(),
                r.i64());
    }

    private static Resource.Label label(WireReader r) {
        return new Resource.Label(r.text(TEXT), tenant(r), r.i64(), tags(r), r.i64());
    }
}
