package io.sallyport.allocator.watch;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Member;
import io.sallyport.allocator.MemberLaw;
import io.sallyport.allocator.Membership;
import io.sallyport.ids.Incarnation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which of those that were silent for long enough the law would take for dead. */
final class Deaths {

    private Deaths() {}

    /** All of them, or else one: a silent one may have vouched for another before. */
    static Optional<AllocatorCommand.OfMembers> certain(
            Membership membership, List<Member> silent) {
        Stream<List<Member>> sets =
                Stream.concat(
                        silent.isEmpty() ? Stream.empty() : Stream.of(silent),
                        silent.stream().map(List::of));
        return sets.map(Deaths::word)
                .filter(word -> MemberLaw.isCertain(membership, word))
                .<AllocatorCommand.OfMembers>map(word -> word)
                .findFirst();
    }

    private static AllocatorCommand.Dead word(List<Member> who) {
        Map<Incarnation, Long> lastRenews = new HashMap<>();
        who.forEach(member -> lastRenews.put(member.incarnation(), member.lastRenew()));
        return new AllocatorCommand.Dead(lastRenews);
    }
}
