package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.lookup.Answer.Certainty;
import io.sallyport.flowlogs.lookup.Answer.Holder;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * From records to who had it. A connection writes a record for each window with packets and one at
 * its end; in between it is silent. Ports are not given anew towards the same remote while they are
 * held, so two records of one tuple with no end in between are one connection's.
 */
final class Holders {

    private Holders() {}

    static List<Holder> of(List<Sighting> sightings, Instant at) {
        Map<Sighting.Key, List<Sighting>> byConnection =
                sightings.stream().collect(Collectors.groupingBy(Sighting::key));
        List<Holder> holders = new ArrayList<>();
        for (List<Sighting> all : byConnection.values()) {
            one(all, at.toEpochMilli()).ifPresent(holders::add);
        }
        // A port is one connection's at a time: who is only guessed at was not it.
        holders.removeIf(holder ->
                holder.certainty() == Certainty.LAST_KNOWN
                        && holders.stream().anyMatch(other -> isInstead(other, holder)));
        holders.sort(
                Comparator.comparing(Holder::certainty)
                        .thenComparing(Holder::until, Comparator.reverseOrder())
                        .thenComparing(holder -> holder.client().toString()));
        return holders;
    }

    private static boolean isInstead(Holder other, Holder holder) {
        return other.certainty() != Certainty.LAST_KNOWN
                && other.protocol().equals(holder.protocol())
                && other.remote().equals(holder.remote());
    }

    private static Optional<Holder> one(List<Sighting> all, long at) {
        return lives(all).stream()
                .flatMap(life -> life(life, at).stream())
                .min(Comparator.comparing(Holder::certainty));
    }

    /** Cut behind each end: what begins after it is another connection with the same tuple. */
    private static List<List<Sighting>> lives(List<Sighting> all) {
        List<Sighting> inOrder =
                all.stream()
                        .sorted(
                                Comparator.comparingLong(Sighting::lastMillis)
                                        .thenComparing(Sighting::ended))
                        .toList();
        List<List<Sighting>> lives = new ArrayList<>();
        List<Sighting> life = new ArrayList<>();
        long end = Long.MAX_VALUE;
        for (Sighting sighting : inOrder) {
            if (sighting.openedMillis() > end) {
                lives.add(life);
                life = new ArrayList<>();
                end = Long.MAX_VALUE;
            }
            life.add(sighting);
            if (sighting.ended() != Ended.NOT) {
                end = sighting.lastMillis();
            }
        }
        lives.add(life);
        return lives;
    }

    private static Optional<Holder> life(List<Sighting> life, long at) {
        long from = life.stream().mapToLong(Holders::begin).min().orElseThrow();
        long until = life.stream().mapToLong(Sighting::lastMillis).max().orElseThrow();
        Ended ended =
                life.stream()
                        .map(Sighting::ended)
                        .filter(it -> it != Ended.NOT)
                        .findFirst()
                        .orElse(Ended.NOT);
        Optional<Certainty> certainty = Optional.empty();
        if (at >= from && at <= until) {
            boolean spans = life.stream().anyMatch(it -> begin(it) <= at && at <= it.lastMillis());
            certainty = Optional.of(spans ? Certainty.SEEN : Certainty.BETWEEN);
        } else if (at > until
                && (ended == Ended.NOT || ended == Ended.IDLE)
                && at - until <= Limits.SILENCE_OF_A_CONNECTION.toMillis()) {
            certainty = Optional.of(Certainty.LAST_KNOWN);
        }
        Sighting last = life.getLast();
        return certainty.map(sure ->
                new Holder(
                        last.vpc(),
                        last.gateway(),
                        new Protocol(last.protocol()),
                        new Endpoint(last.client(), last.clientPort()),
                        new Endpoint(last.remote(), last.remotePort()),
                        Instant.ofEpochMilli(from),
                        Instant.ofEpochMilli(until),
                        ended,
                        sure));
    }

    private static long begin(Sighting sighting) {
        return Math.min(sighting.openedMillis(), sighting.firstMillis());
    }
}
