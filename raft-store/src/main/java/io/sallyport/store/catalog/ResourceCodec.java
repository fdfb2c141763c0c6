package io.sallyport.store.catalog;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.ids.AccessKeyId;
import io.sallyport.ids.AclId;
import io.sallyport.ids.EipId;
import io.sallyport.ids.FlowLogId;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.InterfaceId;
import io.sallyport.ids.SubnetId;
import io.sallyport.ids.TenantId;
import io.sallyport.ids.VpcId;
import io.sallyport.net.IpPrefix;
import io.sallyport.store.catalog.Resource.Attachment;
import io.sallyport.store.catalog.Resource.Drain;
import io.sallyport.store.catalog.Resource.LogForm;
import io.sallyport.store.catalog.Resource.Owner;
import io.sallyport.store.catalog.Resource.Scope;
import io.sallyport.store.catalog.Resource.TrafficType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Resources: u8 kind, the fields in the order of the record, the version last. */
final class ResourceCodec {

    /** Bytes of any text; the law allows less. */
    static final int TEXT = 4_096;

    /** Items of any list; the law allows less. */
    static final int ITEMS = 4_096;

    /** Entries of an ACL; the law allows less. */
    private static final int ENTRIES = 16_384;

    private static final int GATEWAY = 6;
    private static final int LABEL = 11;
    private static final int FLOW_LOG = 20;
    private static final int TENANT_WITH_SCOPES = 40;
    private static final int INTERFACE = 41;

    /** Stands where an owner's kind would. */
    private static final int NOBODY = 0;

    private ResourceCodec() {}

    static void write(WireWriter w, Resource resource) {
        switch (resource) {
            case Resource.Tenant r -> {
                // As it was written before keys had scopes, and before there were access keys.
                int former = r.accessKeys().isEmpty() ? 1 : 10;
                w.u8(r.isPlain() ? former : TENANT_WITH_SCOPES).text(r.id().value()).text(r.name());
                if (!r.isPlain()) {
                    w.list(r.apiKeys(), (x, key) -> write(x.text(key.hash()), key.scope()))
                            .list(
                                    r.accessKeys(),
                                    (x, key) -> write(x.text(key.id().value()), key.scope()));
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
            case Resource.AddressPool r -> prefixes(w.u8(2).text(r.name()), r.prefixes());
            case Resource.Vpc r ->
                    prefixes(w.u8(3).text(r.id().value()).text(r.tenant().value()), r.prefixes())
                            .optional(r.attachment(), ResourceCodec::write);
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
                            .optional(r.owner(), ResourceCodec::write)
                            .flag(r.open())
                            .optional(r.drain(), ResourceCodec::write);
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
                            .list(r.entries(), ResourceCodec::write);
                } else {
                    w.u8(30)
                            .text(r.id().value())
                            .text(r.tenant().value())
                            .optional(r.vpc(), (x, vpc) -> x.text(vpc.value()))
                            .flag(r.isDefault())
                            .flag(r.stateful())
                            .list(r.entries(), ResourceCodec::writeWhole);
                }
            }
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
                    write(w.u8(FLOW_LOG).text(r.id().value()).text(r.tenant().value()), r.scope());
                    write(
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
            case 2 -> new Resource.AddressPool(r.text(TEXT), prefixes(r), r.i64());
            case 3 ->
                    new Resource.Vpc(
                            vpc(r),
                            tenant(r),
                            prefixes(r),
                            r.optional(ResourceCodec::attachment),
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
                            r.optional(ResourceCodec::owner),
                            r.flag(),
                            r.optional(ResourceCodec::drain),
                            r.i64());
            case GATEWAY -> wasGateway(r);
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
                            r.optional(ResourceCodec::vpc),
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
                r.optional(ResourceCodec::acl),
                r.i32(),
                r.i64());
    }

    private static Resource.Label label(WireReader r) {
        return new Resource.Label(r.text(TEXT), tenant(r), r.i64(), tags(r), r.i64());
    }

    static WireWriter tags(WireWriter w, SortedMap<String, String> tags) {
        return w.list(
                List.copyOf(tags.entrySet()),
                (x, tag) -> x.text(tag.getKey()).text(tag.getValue()));
    }

    static SortedMap<String, String> tags(WireReader r) {
        SortedMap<String, String> tags = new TreeMap<>();
        for (Map.Entry<String, String> tag :
                r.list(ITEMS, x -> Map.entry(x.text(TEXT), x.text(TEXT)))) {
            if (tags.put(tag.getKey(), tag.getValue()) != null) {
                throw new WireException("tag " + tag.getKey() + " is there twice");
            }
        }
        return tags;
    }

    static WireWriter write(WireWriter w, KeyScope scope) {
        return w.i32(scope.reads()).i32(scope.writes());
    }

    static KeyScope keyScope(WireReader r) {
        return new KeyScope(r.i32(), r.i32());
    }

    static void write(WireWriter w, Attachment attachment) {
        switch (attachment) {
            case Attachment.Vxlan a -> prefixes(w.u8(1).i32(a.vni()), a.endpoints());
            case Attachment.Interfaces a ->
                    w.u8(2).list(a.names(), WireWriter::text).i32(a.number());
        }
    }

    static Attachment attachment(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new Attachment.Vxlan(r.i32(), prefixes(r));
            case 2 -> new Attachment.Interfaces(r.list(ITEMS, x -> x.text(TEXT)), r.i32());
            default -> throw new WireException("attachment kind " + kind + " is not known");
        };
    }

    static void write(WireWriter w, Owner owner) {
        switch (owner) {
            case Owner.OfGateway o -> w.u8(1).text(o.gateway().value());
            case Owner.OfInstance o ->
                    w.u8(2)
                            .text(o.vpc().value())
                            .address(o.privateAddress())
                            .optional(o.tunnelEndpoint(), WireWriter::address)
                            .i64(o.mac());
        }
    }

    static Owner owner(WireReader r) {
        return owner(r.u8(), r);
    }

    private static Owner owner(int kind, WireReader r) {
        return switch (kind) {
            case 1 -> new Owner.OfGateway(gateway(r));
            case 2 ->
                    new Owner.OfInstance(
                            vpc(r), r.address(), r.optional(WireReader::address), r.i64());
            default -> throw new WireException("owner kind " + kind + " is not known");
        };
    }

    private static void write(WireWriter w, Drain drain) {
        drain.next().ifPresentOrElse(next -> write(w, next), () -> w.u8(NOBODY));
        w.i64(drain.untilEpochMillis());
    }

    private static Drain drain(WireReader r) {
        int kind = r.u8();
        return new Drain(kind == NOBODY ? Optional.empty() : Optional.of(owner(kind, r)), r.i64());
    }

    static void write(WireWriter w, AclEntry entry) {
        w.i32(entry.ruleNumber())
                .flag(entry.egress())
                .i32(entry.protocol())
                .flag(entry.allow())
                .prefix(entry.prefix())
                .i32(entry.portFrom())
                .i32(entry.portTo())
                .i32(entry.icmpType())
                .i32(entry.icmpCode());
    }

    /** Whether none has what former releases cannot read. */
    static boolean areFormer(List<AclEntry> entries) {
        return entries.stream().allMatch(entry -> entry.near().isEmpty());
    }

    /** With all that it has. */
    static void writeWhole(WireWriter w, AclEntry entry) {
        write(w, entry);
        w.optional(entry.near(), WireWriter::prefix);
    }

    static List<AclEntry> entries(WireReader r) {
        return r.list(ENTRIES, x -> entry(x, false));
    }

    static List<AclEntry> wholeEntries(WireReader r) {
        return r.list(ENTRIES, x -> entry(x, true));
    }

    static AclEntry entry(WireReader r, boolean whole) {
        return new AclEntry(
                r.i32(),
                r.flag(),
                r.i32(),
                r.flag(),
                r.prefix(),
                r.i32(),
                r.i32(),
                r.i32(),
                r.i32(),
                whole ? r.optional(WireReader::prefix) : Optional.empty());
    }

    static WireWriter prefixes(WireWriter w, List<IpPrefix> prefixes) {
        return w.list(prefixes, WireWriter::prefix);
    }

    static List<IpPrefix> prefixes(WireReader r) {
        return r.list(ITEMS, WireReader::prefix);
    }

    static boolean isPlain(Scope scope, LogForm form) {
        return scope instanceof Scope.OfGateway && form.equals(LogForm.DEFAULT);
    }

    static void write(WireWriter w, Scope scope) {
        int kind =
                switch (scope) {
                    case Scope.OfGateway _ -> 1;
                    case Scope.OfInterface _ -> 2;
                    case Scope.OfSubnet _ -> 3;
                    case Scope.OfVpc _ -> 4;
                };
        w.u8(kind).text(scope.key());
    }

    static Scope scope(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new Scope.OfGateway(gateway(r));
            case 2 -> new Scope.OfInterface(networkInterface(r));
            case 3 -> new Scope.OfSubnet(subnet(r));
            case 4 -> new Scope.OfVpc(vpc(r));
            default -> throw new WireException("scope kind " + kind + " is not known");
        };
    }

    static void write(WireWriter w, LogForm form) {
        w.text(form.format())
                .flag(form.parquet())
                .flag(form.hive())
                .flag(form.perHour())
                .i32(form.aggregationSeconds());
    }

    static LogForm logForm(WireReader r) {
        return new LogForm(r.text(TEXT), r.flag(), r.flag(), r.flag(), r.i32());
    }

    static int number(TrafficType type) {
        return switch (type) {
            case ACCEPT -> 1;
            case REJECT -> 2;
            case ALL -> 3;
        };
    }

    static TrafficType trafficType(WireReader r) {
        int number = r.u8();
        return switch (number) {
            case 1 -> TrafficType.ACCEPT;
            case 2 -> TrafficType.REJECT;
            case 3 -> TrafficType.ALL;
            default -> throw new WireException("traffic type " + number + " is not known");
        };
    }

    static AccessKeyId accessKey(WireReader r) {
        return new AccessKeyId(r.text(TEXT));
    }

    static TenantId tenant(WireReader r) {
        return new TenantId(r.text(TEXT));
    }

    static VpcId vpc(WireReader r) {
        return new VpcId(r.text(TEXT));
    }

    static SubnetId subnet(WireReader r) {
        return new SubnetId(r.text(TEXT));
    }

    static EipId eip(WireReader r) {
        return new EipId(r.text(TEXT));
    }

    static GatewayId gateway(WireReader r) {
        return new GatewayId(r.text(TEXT));
    }

    static InterfaceId networkInterface(WireReader r) {
        return new InterfaceId(r.text(TEXT));
    }

    static AclId acl(WireReader r) {
        return new AclId(r.text(TEXT));
    }

    static FlowLogId flowLog(WireReader r) {
        return new FlowLogId(r.text(TEXT));
    }
}
