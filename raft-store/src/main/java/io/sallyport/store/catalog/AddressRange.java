package io.sallyport.store.catalog;

import io.sallyport.net.IpAddress;
import io.sallyport.net.IpPrefix;
import java.util.Optional;
import java.util.function.Predicate;

/** Arithmetic on the addresses of a prefix, for both families alike. */
final class AddressRange {

    private AddressRange() {}

    static IpAddress plus(IpAddress address, long steps) {
        long low = address.low() + steps;
        boolean carry = Long.compareUnsigned(low, address.low()) < 0;
        return IpAddress.of(address.high() + (carry ? 1 : 0), low);
    }

    static IpAddress last(IpPrefix prefix) {
        int host = prefix.address().bits() - prefix.length();
        long high = host <= 64 ? 0 : host == 128 ? -1L : (1L << (host - 64)) - 1;
        long low = host >= 64 ? -1L : (1L << host) - 1;
        return IpAddress.of(prefix.address().high() | high, prefix.address().low() | low);
    }

    /**
     * The lowest free address of a prefix.
     *
     * @param reservedFirst how many addresses at the start are never drawn
     * @param reservedLast likewise at the end, 0 or 1
     * @return empty where all are taken; takes one step per taken address
     */
    static Optional<IpAddress> lowestFree(
            IpPrefix prefix, int reservedFirst, int reservedLast, Predicate<IpAddress> taken) {
        IpAddress last = last(prefix);
        IpAddress candidate = plus(prefix.address(), reservedFirst);
        if (!prefix.contains(candidate) || candidate.compareTo(prefix.address()) < 0) {
            return Optional.empty();
        }
        while (true) {
            int toGo = candidate.compareTo(last);
            if (toGo > 0 || (toGo == 0 && reservedLast > 0)) {
                return Optional.empty();
            }
            if (!taken.test(candidate)) {
                return Optional.of(candidate);
            }
            if (toGo == 0) {
                return Optional.empty();
            }
            candidate = plus(candidate, 1);
        }
    }
}
