package io.sallyport.store.catalog;

import static io.sallyport.store.catalog.PartCodec.TEXT;
import static io.sallyport.store.catalog.PartCodec.accessKey;
import static io.sallyport.store.catalog.PartCodec.acl;
import static io.sallyport.store.catalog.PartCodec.eip;
import static io.sallyport.store.catalog.PartCodec.flowLog;
import static io.sallyport.store.catalog.PartCodec.gateway;
import static io.sallyport.store.catalog.PartCodec.networkInterface;
import static io.sallyport.store.catalog.PartCodec.prefixes;
import static io.sallyport.store.catalog.PartCodec.subnet;
import static io.sallyport.store.catalog.PartCodec.tenant;
import static io.sallyport.store.catalog.PartCodec.trafficType;
import static io.sallyport.store.catalog.PartCodec.vpc;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Commands: u8 kind, the fields in the order of the record. */
final class CommandCodec {

    private static final int LABELLED = 24;
    private static final int IF_UNCHANGED = 40;

    private CommandCodec() {}

    static void write(WireWriter w, CatalogCommand command) {
        switch (command) {
            case CatalogCommand.PutTenant c ->
                    w.u8(1).text(c.id().value()).text(c.name()).text(c.keyHash());
            case CatalogCommand.DeleteTenant c -> w.u8(2).text(c.id().value());
            case CatalogCommand.OfRouting c -> RoutingCodec.write(w, c);
            case CatalogCommand.PutQuotas c ->
                    PartCodec.write(w.u8(74).text(c.tenant().value()), c.limits());
            case CatalogCommand.PutApiKey c ->
                    PartCodec.write(w.u8(60).text(c.tenant().value()).text(c.hash()), c.scope());
            case CatalogCommand.DeleteApiKey c -> w.u8(61).text(c.tenant().value()).text(c.id());
            case CatalogCommand.PutAccessKey c -> {
                // As it was written before keys had scopes, where it may do everything.
                boolean full = c.scope().equals(KeyScope.FULL);
                w.u8(full ? 25 : 62).text(c.tenant().value()).text(c.id().value());
                if (!full) {
                    PartCodec.write(w, c.scope());
                }
            }
            case CatalogCommand.DeleteAccessKey c ->
                    w.u8(26).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.Labelled c -> {
                PartCodec.tags(w.u8(LABELLED).i64(c.nowEpochMillis()), c.tags());
                write(w, c.create());
            }
            case CatalogCommand.IfUnchanged c -> {
                w.u8(IF_UNCHANGED).text(c.key()).list(c.versions(), WireWriter::i64);
                write(w, c.command());
            }
            case CatalogCommand.PutTags c ->
                    PartCodec.tags(
                            w.u8(27).text(c.tenant().value()).list(c.resources(), WireWriter::text),
                            c.tags());
            case CatalogCommand.DeleteTags c ->
                    w.u8(28)
                            .text(c.tenant().value())
                            .list(c.resources(), WireWriter::text)
                            .list(
                                    c.which(),
                                    (x, match) ->
                                            x.text(match.key())
                                                    .optional(match.value(), WireWriter::text));
            case CatalogCommand.PutPool c ->
                    prefixes(w.u8(c.isPrivate() ? 70 : 3).text(c.name()), c.prefixes());
            case CatalogCommand.DeletePool c -> w.u8(4).text(c.name());
            case CatalogCommand.AttachVpc c ->
                    w.u8(5).text(c.id().value()).optional(c.attachment(), PartCodec::write);
            case CatalogCommand.CreateVpc c -> {
                // As it was written before VPCs had a default ACL, where it has none.
                prefixes(
                        w.u8(c.acl().isEmpty() ? 6 : 50)
                                .text(c.tenant().value())
                                .text(c.id().value()),
                        c.prefixes());
                c.acl().ifPresent(acl -> w.text(acl.value()));
            }
            case CatalogCommand.DeleteVpc c ->
                    w.u8(7).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.CreateSubnet c ->
                    w.u8(8)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .text(c.vpc().value())
                            .prefix(c.prefix());
            case CatalogCommand.DeleteSubnet c ->
                    w.u8(9).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.AllocateAddress c ->
                    w.u8(10)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .text(c.pool())
                            .flag(c.ipv6())
                            .optional(c.address(), WireWriter::address);
            case CatalogCommand.ReleaseAddress c ->
                    w.u8(11).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.CreateGateway c -> {
                // As it was written before it could bring an elastic IP, where it brings none.
                write(w.u8(c.address().isEmpty() ? 12 : 29), c);
                c.address().ifPresent(eip -> w.text(eip.value()));
            }
            case CatalogCommand.CreatePrivateGateway c -> {
                write(w.u8(c.further().isEmpty() ? 71 : 73), c.gateway()).text(c.own().value());
                if (!c.further().isEmpty()) {
                    w.list(c.further(), CommandCodec::write);
                }
            }
            case CatalogCommand.AssignPrivateAddresses c ->
                    w.u8(72)
                            .text(c.tenant().value())
                            .text(c.gateway().value())
                            .list(c.addresses(), CommandCodec::write);
            case CatalogCommand.CreateNetworkInterface c ->
                    w.u8(63)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .text(c.subnet().value())
                            .optional(c.privateAddress(), WireWriter::address)
                            .i64(c.mac());
            case CatalogCommand.PlaceNetworkInterface c ->
                    w.u8(64)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .i64(c.mac())
                            .optional(c.tunnelEndpoint(), WireWriter::address);
            case CatalogCommand.DeleteNetworkInterface c ->
                    w.u8(65).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.RetireGateway c ->
                    w.u8(30).text(c.tenant().value()).text(c.id().value()).i64(c.nowEpochMillis());
            case CatalogCommand.DeleteGateway c ->
                    w.u8(13).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.MoveAddress c -> {
                PartCodec.write(w.u8(22).text(c.tenant().value()).text(c.id().value()), c.to());
                write(w, c.existing());
            }
            case CatalogCommand.EndDrain c -> w.u8(23).text(c.id().value()).i64(c.as());
            case CatalogCommand.DrainAddress c ->
                    w.u8(31)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .i64(c.untilEpochMillis());
            case CatalogCommand.DetachAddress c ->
                    w.u8(15).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.PutAcl c -> {
                boolean former = c.stateful().isEmpty() && PartCodec.areFormer(c.entries());
                w.u8(former ? 16 : 52).text(c.tenant().value()).text(c.id().value());
                if (former) {
                    w.list(c.entries(), PartCodec::write);
                } else {
                    w.optional(c.stateful(), WireWriter::flag)
                            .list(c.entries(), PartCodec::writeWhole);
                }
            }
            case CatalogCommand.CreateAcl c -> {
                boolean former =
                        c.vpc().isEmpty() && !c.stateful() && PartCodec.areFormer(c.entries());
                w.u8(former ? 21 : 51).text(c.tenant().value()).text(c.id().value());
                if (former) {
                    w.list(c.entries(), PartCodec::write);
                } else {
                    w.optional(c.vpc(), (x, vpc) -> x.text(vpc.value()))
                            .flag(c.stateful())
                            .list(c.entries(), PartCodec::writeWhole);
                }
            }
            case CatalogCommand.PutAclEntry c -> {
                w.u8(53).text(c.tenant().value()).text(c.id().value());
                PartCodec.writeWhole(w, c.entry());
                w.flag(c.replace());
            }
            case CatalogCommand.DeleteAclEntry c ->
                    w.u8(54)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .flag(c.egress())
                            .i32(c.ruleNumber());
            case CatalogCommand.AssociateSubnet c ->
                    w.u8(55)
                            .text(c.tenant().value())
                            .text(c.subnet().value())
                            .text(c.acl().value())
                            .optional(c.instead(), WireWriter::i64);
            case CatalogCommand.DeleteAcl c ->
                    w.u8(17).text(c.tenant().value()).text(c.id().value());
            case CatalogCommand.AssociateAcl c ->
                    w.u8(18)
                            .text(c.tenant().value())
                            .text(c.gateway().value())
                            .optional(c.acl(), (x, id) -> x.text(id.value()));
            case CatalogCommand.SetCopies c ->
                    w.u8(32).text(c.tenant().value()).text(c.gateway().value()).i32(c.copies());
            case CatalogCommand.CreateFlowLog c -> {
                // As it was written before there was a choice, where none was made.
                if (PartCodec.isPlain(c.scope(), c.form())) {
                    w.u8(19)
                            .text(c.tenant().value())
                            .text(c.id().value())
                            .text(c.scope().key())
                            .text(c.bucket())
                            .text(c.prefix())
                            .u8(PartCodec.number(c.trafficType()));
                } else {
                    PartCodec.write(
                            w.u8(41).text(c.tenant().value()).text(c.id().value()), c.scope());
                    PartCodec.write(
                            w.text(c.bucket())
                                    .text(c.prefix())
                                    .u8(PartCodec.number(c.trafficType())),
                            c.form());
                }
            }
            case CatalogCommand.DeleteFlowLog c ->
                    w.u8(20).text(c.tenant().value()).text(c.id().value());
        }
    }

    static CatalogCommand read(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case LABELLED -> labelled(r);
            case IF_UNCHANGED -> ifUnchanged(r);
            default -> read(kind, r);
        };
    }

    /** Not of itself: bytes must not choose how deep this calls. */
    private static CatalogCommand labelled(WireReader r) {
        long now = r.i64();
        SortedMap<String, String> tags = PartCodec.tags(r);
        return new CatalogCommand.Labelled(read(r.u8(), r), now, tags);
    }

    private static CatalogCommand ifUnchanged(WireReader r) {
        String key = r.text(TEXT);
        List<Long> versions = r.list(PartCodec.ITEMS, WireReader::i64);
        return new CatalogCommand.IfUnchanged(read(r.u8(), r), key, versions);
    }

    private static CatalogCommand read(int kind, WireReader r) {
        if (kind >= RoutingCodec.FIRST && kind <= RoutingCodec.LAST) {
            return RoutingCodec.command(kind, r);
        }
        return switch (kind) {
            case 1 -> new CatalogCommand.PutTenant(tenant(r), r.text(TEXT), r.text(TEXT));
            case 2 -> new CatalogCommand.DeleteTenant(tenant(r));
            case 3 -> new CatalogCommand.PutPool(r.text(TEXT), prefixes(r), false);
            case 70 -> new CatalogCommand.PutPool(r.text(TEXT), prefixes(r), true);
            case 4 -> new CatalogCommand.DeletePool(r.text(TEXT));
            case 5 -> new CatalogCommand.AttachVpc(vpc(r), r.optional(PartCodec::attachment));
            case 6 -> new CatalogCommand.CreateVpc(tenant(r), vpc(r), prefixes(r));
            case 7 -> new CatalogCommand.DeleteVpc(tenant(r), vpc(r));
            case 8 -> new CatalogCommand.CreateSubnet(tenant(r), subnet(r), vpc(r), r.prefix());
            case 9 -> new CatalogCommand.DeleteSubnet(tenant(r), subnet(r));
            case 10 ->
                    new CatalogCommand.AllocateAddress(
                            tenant(r),
                            eip(r),
                            r.text(TEXT),
                            r.flag(),
                            r.optional(WireReader::address));
            case 11 -> new CatalogCommand.ReleaseAddress(tenant(r), eip(r));
            case 12 -> newGateway(r);
            case 71 -> new CatalogCommand.CreatePrivateGateway(newGateway(r), eip(r));
            case 72 ->
                    new CatalogCommand.AssignPrivateAddresses(
                            tenant(r), gateway(r), ownAddresses(r));
            case 73 ->
                    new CatalogCommand.CreatePrivateGateway(newGateway(r), eip(r), ownAddresses(r));
            case 74 -> new CatalogCommand.PutQuotas(tenant(r), PartCodec.limits(r));
            case 13 -> new CatalogCommand.DeleteGateway(tenant(r), gateway(r));
            case 14 -> // before instances could own one
                    new CatalogCommand.MoveAddress(
                            tenant(r),
                            eip(r),
                            new Resource.Owner.OfGateway(gateway(r)),
                            new CatalogCommand.Existing.End());
            case 15 -> new CatalogCommand.DetachAddress(tenant(r), eip(r));
            case 16 -> new CatalogCommand.PutAcl(tenant(r), acl(r), PartCodec.entries(r));
            case 17 -> new CatalogCommand.DeleteAcl(tenant(r), acl(r));
            case 18 ->
                    new CatalogCommand.AssociateAcl(
                            tenant(r), gateway(r), r.optional(PartCodec::acl));
            case 19 ->
                    new CatalogCommand.CreateFlowLog(
                            tenant(r),
                            flowLog(r),
                            gateway(r),
                            r.text(TEXT),
                            r.text(TEXT),
                            trafficType(r));
            case 41 ->
                    new CatalogCommand.CreateFlowLog(
                            tenant(r),
                            flowLog(r),
                            PartCodec.scope(r),
                            r.text(TEXT),
                            r.text(TEXT),
                            trafficType(r),
                            PartCodec.logForm(r));
            case 20 -> new CatalogCommand.DeleteFlowLog(tenant(r), flowLog(r));
            case 21 -> new CatalogCommand.CreateAcl(tenant(r), acl(r), PartCodec.entries(r));
            case 22 ->
                    new CatalogCommand.MoveAddress(
                            tenant(r), eip(r), PartCodec.owner(r), existing(r));
            case 23 -> new CatalogCommand.EndDrain(eip(r), r.i64());
            case 32 -> new CatalogCommand.SetCopies(tenant(r), gateway(r), r.i32());
            case 25 -> new CatalogCommand.PutAccessKey(tenant(r), accessKey(r));
            case 60 -> new CatalogCommand.PutApiKey(tenant(r), r.text(TEXT), PartCodec.keyScope(r));
            case 61 -> new CatalogCommand.DeleteApiKey(tenant(r), r.text(TEXT));
            case 62 ->
                    new CatalogCommand.PutAccessKey(tenant(r), accessKey(r), PartCodec.keyScope(r));
            case 63 ->
                    new CatalogCommand.CreateNetworkInterface(
                            tenant(r),
                            networkInterface(r),
                            subnet(r),
                            r.optional(WireReader::address),
                            r.i64());
            case 64 ->
                    new CatalogCommand.PlaceNetworkInterface(
                            tenant(r),
                            networkInterface(r),
                            r.i64(),
                            r.optional(WireReader::address));
            case 65 -> new CatalogCommand.DeleteNetworkInterface(tenant(r), networkInterface(r));
            case 26 -> new CatalogCommand.DeleteAccessKey(tenant(r), accessKey(r));
            case 27 -> new CatalogCommand.PutTags(tenant(r), texts(r), PartCodec.tags(r));
            case 28 ->
                    new CatalogCommand.DeleteTags(
                            tenant(r),
                            texts(r),
                            r.list(
                                    PartCodec.ITEMS,
                                    x ->
                                            new CatalogCommand.TagMatch(
                                                    x.text(TEXT), x.optional(y -> y.text(TEXT)))));
            case 29 ->
                    new CatalogCommand.CreateGateway(
                            tenant(r),
                            gateway(r),
                            subnet(r),
                            networkInterface(r),
                            r.optional(WireReader::address),
                            r.i32(),
                            Optional.of(eip(r)));
            case 50 ->
                    new CatalogCommand.CreateVpc(
                            tenant(r), vpc(r), prefixes(r), Optional.of(acl(r)));
            case 51 ->
                    new CatalogCommand.CreateAcl(
                            tenant(r),
                            acl(r),
                            r.optional(PartCodec::vpc),
                            r.flag(),
                            PartCodec.wholeEntries(r));
            case 52 ->
                    new CatalogCommand.PutAcl(
                            tenant(r),
                            acl(r),
                            r.optional(WireReader::flag),
                            PartCodec.wholeEntries(r));
            case 53 ->
                    new CatalogCommand.PutAclEntry(
                            tenant(r), acl(r), PartCodec.entry(r, true), r.flag());
            case 54 -> new CatalogCommand.DeleteAclEntry(tenant(r), acl(r), r.flag(), r.i32());
            case 55 ->
                    new CatalogCommand.AssociateSubnet(
                            tenant(r), subnet(r), acl(r), r.optional(WireReader::i64));
            case 31 -> new CatalogCommand.DrainAddress(tenant(r), eip(r), r.i64());
            case 30 -> new CatalogCommand.RetireGateway(tenant(r), gateway(r), r.i64());
            default -> throw new WireException("command kind " + kind + " is not known");
        };
    }

    private static WireWriter write(WireWriter w, CatalogCommand.CreateGateway c) {
        return w.text(c.tenant().value())
                .text(c.id().value())
                .text(c.subnet().value())
                .text(c.networkInterface().value())
                .optional(c.privateAddress(), WireWriter::address)
                .i32(c.copies());
    }

    private static CatalogCommand.CreateGateway newGateway(WireReader r) {
        return new CatalogCommand.CreateGateway(
                tenant(r),
                gateway(r),
                subnet(r),
                networkInterface(r),
                r.optional(WireReader::address),
                r.i32());
    }

    private static void write(WireWriter w, CatalogCommand.OwnAddress address) {
        w.text(address.id().value()).optional(address.wish(), WireWriter::address);
    }

    private static List<CatalogCommand.OwnAddress> ownAddresses(WireReader r) {
        return r.list(
                CatalogLimits.ADDRESSES_PER_GATEWAY,
                x -> new CatalogCommand.OwnAddress(eip(x), x.optional(WireReader::address)));
    }

    private static List<String> texts(WireReader r) {
        return r.list(PartCodec.ITEMS, x -> x.text(TEXT));
    }

    private static void write(WireWriter w, CatalogCommand.Existing existing) {
        switch (existing) {
            case CatalogCommand.Existing.End() -> w.u8(1);
            case CatalogCommand.Existing.Follow() -> w.u8(2);
            case CatalogCommand.Existing.None() -> w.u8(4);
            case CatalogCommand.Existing.Drain(long until) -> w.u8(3).i64(until);
        }
    }

    private static CatalogCommand.Existing existing(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new CatalogCommand.Existing.End();
            case 2 -> new CatalogCommand.Existing.Follow();
            case 3 -> new CatalogCommand.Existing.Drain(r.i64());
            case 4 -> new CatalogCommand.Existing.None();
            default -> throw new WireException("existing kind " + kind + " is not known");
        };
    }
}
