package io.sallyport.allocator;

import io.sallyport.allocator.table.MemoryTable;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.ids.TenantId;
import io.sallyport.net.Destination;
import io.sallyport.net.Endpoint;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A law with a log that counts: commands go in one by one, each in an entry of its own. */
final class LawUnderTest {

    static final IpAddress EIP = IpAddress.parse("198.51.100.7");
    static final TenantId TENANT = new TenantId("111122223333");
    static final LeaseKey WEB = key("192.0.2.1", 443);

    final MemoryTable table;
    final Set<IpAddress> known = new HashSet<>(Set.of(EIP));
    private final MemberLaw members;
    private final LeaseLaw leases;
    long portsMax;
    private long index;
    private long asked;

    LawUnderTest() {
        this(new MemoryTable(), new MemberLaw(), 0);
    }

    LawUnderTest(MemoryTable table, MemberLaw members, long index) {
        this.table = table;
        this.members = members;
        this.index = index;
        leases = new LeaseLaw(table);
    }

    /** The same log, on what was written behind. */
    LawUnderTest restarted(MemoryTable loaded) {
        MemberLaw again = new MemberLaw();
        again.load(members.membership());
        return new LawUnderTest(loaded, again, index);
    }

    static LeaseKey key(String remote, int port) {
        return new LeaseKey(EIP, 1, new Destination(Protocol.TCP, IpAddress.parse(remote), port));
    }

    static AllocatorCommand.Join join(String node, String machine) {
        return new AllocatorCommand.Join(
                new NodeId(node),
                machine,
                Endpoint.parse("10.0.0.1:7000"),
                Endpoint.parse("10.0.0.1:7001"));
    }

    /** Where the last command stands in the log. */
    long index() {
        return asked;
    }

    /** The last entry of the log. */
    long end() {
        return index;
    }

    /** The command alone, without the learning that follows it. */
    AllocatorResult submitAlone(AllocatorCommand command) {
        index++;
        return obey(command, 0);
    }

    /** The command; then the lease group learns, and the dead without leases are forgotten. */
    AllocatorResult submit(AllocatorCommand command) {
        AllocatorResult result = submitAlone(command);
        asked = index;
        settle();
        return result;
    }

    /** Several commands in one entry: one index, one entropy. */
    List<AllocatorResult> submitTogether(AllocatorCommand... commands) {
        index++;
        AllocatorResult[] results = new AllocatorResult[commands.length];
        for (int i = 0; i < commands.length; i++) {
            results[i] = obey(commands[i], i);
        }
        asked = index;
        settle();
        return List.of(results);
    }

    private AllocatorResult obey(AllocatorCommand command, int ordinal) {
        return switch (command) {
            case AllocatorCommand.OfMembers ofMembers -> {
                Decision<Membership> decision = members.decide(ofMembers, index);
                members.apply(decision);
                yield decision.result();
            }
            case AllocatorCommand.OfLeases ofLeases -> {
                Decision<LeaseChange> decision =
                        leases.decide(
                                ofLeases, new Stamp(index, ordinal, ChanceTest.entropy(index)));
                leases.apply(decision);
                yield decision.result();
            }
        };
    }

    void settle() {
        learn();
        for (Member member : members.membership().members()) {
            if (member.status() == Member.Status.DEAD
                    && table.leasedTo(member.incarnation()) == 0) {
                submitAlone(new AllocatorCommand.Forget(member.incarnation()));
            }
        }
        learn();
    }

    void learn() {
        Behind.of(table, index + 1, members.membership(), pools()).ifPresent(this::submitAlone);
    }

    private List<Pool> pools() {
        return known.stream()
                .sorted()
                .map(eip -> new Pool(new PoolId(eip, 1), TENANT, portsMax))
                .toList();
    }

    Membership membership() {
        return members.membership();
    }

    LeaseLaw leases() {
        return leases;
    }

    MemberLaw members() {
        return members;
    }

    Incarnation joined(String node) {
        return ((AllocatorResult.Joined) submit(join(node, "machine-of-" + node))).incarnation();
    }

    Epoch epoch() {
        return members.membership().epoch();
    }

    Member member(Incarnation incarnation) {
        return members.membership().member(incarnation).orElseThrow();
    }

    AllocatorResult acquire(Incarnation incarnation, LeaseKey key, int want) {
        return submit(new AllocatorCommand.Acquire(incarnation, key, want, epoch()));
    }

    Ports granted(Incarnation incarnation, LeaseKey key, int want) {
        return ((AllocatorResult.Granted) acquire(incarnation, key, want)).ports();
    }

    AllocatorResult giveBack(Incarnation incarnation, LeaseKey key, Ports ports) {
        return submit(new AllocatorCommand.Return(incarnation, key, index, ports));
    }

    AllocatorResult away(Incarnation incarnation) {
        return submit(new AllocatorCommand.Away(incarnation, member(incarnation).lastRenew()));
    }

    AllocatorResult renew(Incarnation incarnation) {
        return submit(new AllocatorCommand.Renew(incarnation, epoch(), Set.of(), Map.of(), 0));
    }
}
