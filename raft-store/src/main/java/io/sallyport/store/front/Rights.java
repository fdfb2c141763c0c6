package io.sallyport.store.front;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import java.util.Optional;
import java.util.Set;

/**
 * What a client may say by the name in its certificate. Everybody may look; a gateway node speaks
 * for itself alone, and what tenants own is changed by who serves them.
 */
final class Rights {

    /** Who may connect at all. */
    static final Set<Role> CLIENTS = Set.of(Role.NODE, Role.STORE, Role.CONTROL, Role.OPERATOR);

    private Rights() {}

    /**
     * Why it may not; empty where it may.
     *
     * @param membership as this store knows it: a life that it has not heard of yet may speak
     * @throws io.sallyport.allocator.wire.WireException where the call makes no sense
     */
    static Optional<String> forbids(MemberName who, Call call, Membership membership) {
        return switch (call) {
            case Call.Submit(ClientCall said) -> forbids(who, said, membership);
            case Call.ChangeStores change ->
                    unless(
                            who.role() == Role.OPERATOR || who.role() == Role.STORE,
                            who + " may not change who belongs to the stores");
            case Call.Hello hello -> Optional.empty();
            case Call.CatalogAfter look -> Optional.empty();
            case Call.Members look -> Optional.empty();
            case Call.Orphans look -> Optional.empty();
            case Call.Wanted look -> Optional.empty();
            case Call.Status look -> Optional.empty();
        };
    }

    private static Optional<String> forbids(
            MemberName who, ClientCall said, Membership membership) {
        if (said.law() != Law.ALLOCATOR) {
            return unless(
                    who.role() == Role.CONTROL || who.role() == Role.OPERATOR,
                    who + " may not change the catalog");
        }
        for (byte[] command : said.each()) {
            Optional<String> forbidden =
                    forbids(who, AllocatorCodec.decodeCommand(command), membership);
            if (forbidden.isPresent()) {
                return forbidden;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> forbids(
            MemberName who, AllocatorCommand command, Membership membership) {
        return switch (command) {
            case AllocatorCommand.Join join -> itself(who, join.node().value());
            case AllocatorCommand.Leave leave -> itself(who, leave.incarnation(), membership);
            case AllocatorCommand.Acquire acquire -> itself(who, acquire.incarnation(), membership);
            case AllocatorCommand.Return returned ->
                    itself(who, returned.incarnation(), membership);
            // Peers renew for those whom the store does not hear, and judge what the dead left.
            case AllocatorCommand.Renew renew -> aNode(who);
            case AllocatorCommand.Reconciled reconciled -> aNode(who);
            case AllocatorCommand.Fence fence ->
                    unless(who.role() != Role.NODE, who + " may not fence a node");
            // Said by stores among themselves, and never over this way.
            case AllocatorCommand.Away away -> never(who);
            case AllocatorCommand.Dead dead -> never(who);
            case AllocatorCommand.Forget forget -> never(who);
            case AllocatorCommand.Learn learn -> never(who);
        };
    }

    private static Optional<String> itself(
            MemberName who, Incarnation life, Membership membership) {
        return membership
                .member(life)
                .map(member -> itself(who, member.node().value()))
                .orElseGet(() -> aNode(who));
    }

    private static Optional<String> itself(MemberName who, String node) {
        return unless(
                who.role() == Role.NODE && who.id().equals(node),
                who + " may not speak for node " + node);
    }

    private static Optional<String> aNode(MemberName who) {
        return unless(who.role() == Role.NODE, who + " is no gateway node");
    }

    private static Optional<String> never(MemberName who) {
        return Optional.of(who + " may not say what stores say to themselves");
    }

    private static Optional<String> unless(boolean may, String why) {
        return may ? Optional.empty() : Optional.of(why);
    }
}
