package io.sallyport.allocator.wire;

import io.sallyport.allocator.Limits;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import java.util.Map;
import java.util.Set;

/**
 * A member list as bytes: u8 version, epoch, list of members, each with its parts in the order of
 * its record; status is u8 1 live, 2 away, 3 dead.
 */
final class MembershipCodec {

    private static final int VERSION = 2;

    /** Printable ASCII: as many bytes as characters. */
    static final int MACHINE_BYTES_MAX = Limits.MACHINE_MAX;

    private static final int LIVE = 1;
    private static final int AWAY = 2;
    private static final int DEAD = 3;

    private MembershipCodec() {}

    static void write(WireWriter out, Membership membership) {
        LawWords.epoch(out.u8(VERSION), membership.epoch());
        out.list(membership.members(), MembershipCodec::member);
    }

    static Membership read(WireReader in) {
        Epoch epoch = LawWords.epoch(in.expect(VERSION, "version of a member list"));
        return new Membership(epoch, in.list(Limits.MEMBERS_MAX, MembershipCodec::member));
    }

    private static void member(WireWriter out, Member member) {
        LawWords.node(out, member.node());
        LawWords.incarnation(out, member.incarnation());
        out.u8(status(member.status()))
                .text(member.machine())
                .endpoint(member.peers())
                .endpoint(member.management());
        LawWords.epoch(out, member.joined());
        LawWords.epoch(out, member.since());
        LawWords.epoch(out.i64(member.lastRenew()), member.knows());
        LawWords.nodes(out, member.unreachable());
        LawWords.renewals(out, member.vouches());
        out.i64(member.catalogVersion());
    }

    private static Member member(WireReader in) {
        NodeId node = LawWords.node(in);
        Incarnation incarnation = LawWords.incarnation(in);
        Member.Status status = status(in.u8());
        String machine = in.text(MACHINE_BYTES_MAX);
        Endpoint peers = in.endpoint();
        Endpoint management = in.endpoint();
        Epoch joined = LawWords.epoch(in);
        Epoch since = LawWords.epoch(in);
        long lastRenew = in.i64();
        Epoch knows = LawWords.epoch(in);
        Set<NodeId> unreachable = LawWords.nodes(in);
        Map<Incarnation, Long> vouches = LawWords.renewals(in);
        return new Member(
                node,
                incarnation,
                status,
                machine,
                peers,
                management,
                joined,
                since,
                lastRenew,
                knows,
                unreachable,
                vouches,
                in.i64());
    }

    private static int status(Member.Status status) {
        return switch (status) {
            case LIVE -> LIVE;
            case AWAY -> AWAY;
            case DEAD -> DEAD;
        };
    }

    private static Member.Status status(int number) {
        return switch (number) {
            case LIVE -> Member.Status.LIVE;
            case AWAY -> Member.Status.AWAY;
            case DEAD -> Member.Status.DEAD;
            default -> throw new WireException("status " + number + " is unknown");
        };
    }
}
