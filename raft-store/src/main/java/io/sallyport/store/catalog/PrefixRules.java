package io.sallyport.store.catalog;

import io.sallyport.net.IpPrefix;
import java.util.List;
import java.util.Optional;

/** What any list of prefixes must be: not empty, not too long, of unicast addresses, disjoint. */
final class PrefixRules {

    private static final List<IpPrefix> NEVER =
            List.of(
                    IpPrefix.parse("0.0.0.0/8"),
                    IpPrefix.parse("127.0.0.0/8"),
                    IpPrefix.parse("169.254.0.0/16"),
                    IpPrefix.parse("224.0.0.0/3"),
                    IpPrefix.parse("::/96"),
                    IpPrefix.parse("fe80::/10"),
                    IpPrefix.parse("ff00::/8"));

    private PrefixRules() {}

    /** The first rule that the list breaks. */
    static Optional<Decision> broken(
            String field, List<IpPrefix> prefixes, int most, int shortest) {
        if (prefixes.isEmpty() || prefixes.size() > most) {
            return Optional.of(Decision.invalid(field, prefixes, "1 to " + most + " prefixes"));
        }
        for (int i = 0; i < prefixes.size(); i++) {
            IpPrefix prefix = prefixes.get(i);
            if (prefix.length() < shortest) {
                return Optional.of(
                        Decision.invalid(
                                field, prefix, "a prefix of at least " + shortest + " bits"));
            }
            if (NEVER.stream().anyMatch(prefix::overlaps)) {
                return Optional.of(
                        Decision.invalid(
                                field,
                                prefix,
                                "unicast addresses, neither loopback nor link-local"));
            }
            for (IpPrefix earlier : prefixes.subList(0, i)) {
                if (prefix.overlaps(earlier)) {
                    return Optional.of(
                            Decision.invalid(field, prefix, "no overlap with " + earlier));
                }
            }
        }
        return Optional.empty();
    }
}
