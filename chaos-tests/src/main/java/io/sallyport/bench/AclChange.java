package io.sallyport.bench;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * What one change of an ACL did, by what a server heard from the call that asked for it until
 * before the next one.
 *
 * @param firstMillis from the call until a packet came that only the new version allows
 * @param everywhereMillis from the call until a packet of each flow had come that only the new
 *     version allows, and none came any more that it denies; the whole time where that was never so
 * @param forbidden packets that neither version allows: they were judged by rules of both
 */
record AclChange(double firstMillis, double everywhereMillis, long forbidden) {

    /**
     * What came to a port; 0 where nothing did. Times are the machine's monotonic clock.
     *
     * @param everyNanos when each of the flows had been heard
     */
    record Heard(long packets, long firstNanos, long everyNanos, long lastNanos) {

        /** As the lab's Probes tell it. */
        static List<Heard> all(JsonNode ports) {
            return StreamSupport.stream(ports.spliterator(), false)
                    .map(port ->
                            new Heard(
                                    port.path("packets").asLong(),
                                    port.path("firstNanos").asLong(),
                                    port.path("everyNanos").asLong(),
                                    port.path("lastNanos").asLong()))
                    .toList();
        }
    }

    static AclChange of(int version, long calledNanos, long endedNanos, List<Heard> ports) {
        Heard allowed = ports.get(AclVersions.allowed(version));
        long obeyed = allowed.everyNanos() == 0 ? endedNanos : allowed.everyNanos();
        long forbidden = 0;
        for (int port : IntStream.range(0, ports.size()).toArray()) {
            Heard heard = ports.get(port);
            obeyed =
                    port == AclVersions.allowed(version)
                            ? obeyed
                            : Math.max(obeyed, heard.lastNanos());
            forbidden += AclVersions.isForbidden(port) ? heard.packets() : 0;
        }
        long first = allowed.packets() == 0 ? endedNanos : allowed.firstNanos();
        return new AclChange((first - calledNanos) / 1e6, (obeyed - calledNanos) / 1e6, forbidden);
    }

    /** Whether each flow that a version allows was heard, and since that time nothing else. */
    static boolean isObeyed(int version, long sinceNanos, List<Heard> ports) {
        return IntStream.range(0, ports.size())
                .allMatch(port ->
                        port == AclVersions.allowed(version)
                                ? ports.get(port).everyNanos() > 0
                                : ports.get(port).lastNanos() < sinceNanos);
    }
}
