package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.lookup.Answer.Certainty;
import io.sallyport.flowlogs.lookup.Answer.Holder;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.net.Endpoint;
import io.sallyport.net.Protocol;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * From records to who had it. A connection writes a record for each window with packets and one at
 * its end; in between it is silent. Ports are not given anew towards the same remote while they are
 * held, so two records of one tuple with no end in between are one connection's.
 */
final class Holders {

    private Holders() {}

    /**
     * What is known of one connection.
     *
     * @param fromMillis its first packet or opening
     * @param untilMillis its last packet
     * @param ended NOT where no record says that it did
     */
    private record Life(List<Sighting> sightings, long fromMillis, long untilMillis, Ended ended) {

        static Life of(List<Sighting> sightings) {
            return new Life(
                    sightings,
                    sightings.stream().mapToLong(Holders::begin).min().orElseThrow(),
                    sightings.stream().mapToLong(Sighting::lastMillis).max().orElseThrow(),
                    sightings.stream()
                            .map(Sighting::ended)
                            .filter(it -> it != Ended.NOT)
                            .findFirst()
                            .orElse(Ended.NOT));
        }

        /** Empty where it was not there at any moment from {@code from} to {@code until}. */
        Optional<Certainty> certainty(long from, long until) {
            if (fromMillis <= until && untilMillis >= from) {
                boolean seen =
                        sightings.stream()
                                .anyMatch(it -> begin(it) <= until && it.lastMillis() >= from);
                return Optional.of(seen ? Certainty.SEEN : Certainty.BETWEEN);
            }
            boolean perhaps =
                    untilMillis < from
                            && (ended == Ended.NOT || ended == Ended.IDLE)
                            && from - untilMillis <= Limits.SILENCE_OF_A_CONNECTION.toMillis();
            return perhaps ? Optional.of(Certainty.LAST_KNOWN) : Optional.empty();
        }

        /** A port is one connection's at a time: who came later had taken it over. */
        boolean isAfter(Life other, long from) {
            Sighting one = sightings.getFirst();
            Sighting that = other.sightings.getFirst();
            return one.protocol() == that.protocol()
                    && one.remote().equals(that.remote())
                    && one.remotePort() == that.remotePort()
                    && fromMillis <= from
                    && untilMillis > other.untilMillis;
        }

        Holder holder(Certainty certainty) {
            Sighting last = sightings.getLast();
            return new Holder(
                    last.vpc(),
                    last.gateway(),
                    new Protocol(last.protocol()),
                    new Endpoint(last.client(), last.clientPort()),
                    new Endpoint(last.remote(), last.remotePort()),
                    Instant.ofEpochMilli(fromMillis),
                    Instant.ofEpochMilli(untilMillis),
                    ended,
                    certainty);
        }
    }

    /** Everybody who had it at some moment of that time, both ends included. */
    static List<Holder> of(List<Sighting> sightings, Instant fromTime, Instant untilTime) {
        long from = fromTime.toEpochMilli();
        long until = untilTime.toEpochMilli();
        List<Life> lives =
                sightings.stream().collect(Collectors.groupingBy(Sighting::key)).values().stream()
                        .map(Holders::lives)
                        .flatMap(Collection::stream)
                        .toList();
        List<Holder> holders = new ArrayList<>();
        for (Life life : lives) {
            life.certainty(from, until)
                    .filter(it ->
                            it != Certainty.LAST_KNOWN
                                    || lives.stream().noneMatch(one -> one.isAfter(life, from)))
                    .ifPresent(it -> holders.add(life.holder(it)));
        }
        holders.sort(
                Comparator.comparing(Holder::certainty)
                        .thenComparing(Holder::until, Comparator.reverseOrder())
                        .thenComparing(holder -> holder.client().toString()));
        return holders;
    }

    /** Cut behind each end: what begins after it is another connection with the same tuple. */
    private static List<Life> lives(List<Sighting> all) {
        List<Sighting> inOrder =
                all.stream()
                        .sorted(
                                Comparator.comparingLong(Sighting::lastMillis)
                                        .thenComparing(Sighting::ended))
                        .toList();
        List<Life> lives = new ArrayList<>();
        List<Sighting> life = new ArrayList<>();
        long end = Long.MAX_VALUE;
        for (Sighting sighting : inOrder) {
            if (sighting.openedMillis() > end) {
                lives.add(Life.of(life));
                life = new ArrayList<>();
                end = Long.MAX_VALUE;
            }
            life.add(sighting);
            if (sighting.ended() != Ended.NOT) {
                end = sighting.lastMillis();
            }
        }
        lives.add(Life.of(life));
        return lives;
    }

    private static long begin(Sighting sighting) {
        return Math.min(sighting.openedMillis(), sighting.firstMillis());
    }
}
