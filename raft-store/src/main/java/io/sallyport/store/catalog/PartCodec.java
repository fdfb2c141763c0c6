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

/**
 * What resources are made of, and commands carry too: identities, owners, scopes, entries of ACLs,
 * tags.
 */
final class PartCodec {

    /** Bytes of any text; the law allows less. */
    static final int TEXT = 4_096;

    /** Items of any list; the law allows less. */
    static final int ITEMS = 4_096;

    /** Entries of an ACL; the law allows less. */
    private static final int ENTRIES = 16_384;

    /** Stands where an owner's kind would. */
    private static final int NOBODY = 0;

    private PartCodec() {}

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

    static void write(WireWriter w, Drain drain) {
        drain.next().ifPresentOrElse(next -> write(w, next), () -> w.u8(NOBODY));
        w.i64(drain.untilEpochMillis());
    }

    static Drain drain(WireReader r) {
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

    static void write(WireWriter w, SortedMap<Quota, Integer> limits) {
        w.list(
                List.copyOf(limits.entrySet()),
                (x, limit) -> x.u8(limit.getKey().number()).i32(limit.getValue()));
    }

    static SortedMap<Quota, Integer> limits(WireReader r) {
        SortedMap<Quota, Integer> limits = new TreeMap<>();
        r.list(ITEMS, PartCodec::limit).forEach(each -> limits.put(each.getKey(), each.getValue()));
        return limits;
    }

    private static Map.Entry<Quota, Integer> limit(WireReader r) {
        int number = r.u8();
        Quota quota =
                Quota.numbered(number)
                        .orElseThrow(() -> new WireException("no quota has number " + number));
        return Map.entry(quota, r.i32());
    }
}
