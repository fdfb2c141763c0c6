package io.sallyport.store.operator;

import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.StoreStatus;
import io.sallyport.store.calls.Stores;
import io.sallyport.store.trust.Trust;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stores of a cluster as an operator sees them. One thread, which waits. */
public final class Cluster {

    /** A look. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    /** A store that is added is sent the whole state first. */
    private static final Duration CHANGE = Duration.ofMinutes(10);

    private static final long PAUSE_MILLIS = 200;

    private final Trust trust;
    private final Map<String, Endpoint> fronts = new TreeMap<>();

    /**
     * @param trust who asks, and of which cluster
     * @param fronts of some stores; the others are learned from these
     */
    public Cluster(Trust trust, Map<String, Endpoint> fronts) {
        this.trust = trust;
        this.fronts.putAll(fronts);
    }

    /**
     * What each store says of itself.
     *
     * @param statuses of those that answered
     * @param silent why the others did not, by their ids
     */
    public record Look(List<StoreStatus> statuses, Map<String, String> silent) {
        public Look {
            statuses = List.copyOf(statuses);
            silent = Map.copyOf(silent);
        }
    }

    /** Asks all stores that are known, and those that they know of. */
    public Look look() {
        List<StoreStatus> statuses = new ArrayList<>();
        Map<String, String> silent = new TreeMap<>();
        learn();
        fronts.forEach((store, front) -> {
            try (FrontLine line = new FrontLine(store, front, trust, LOOK)) {
                if (line.ask(0, new Call.Status()) instanceof Answer.StatusNow(var status)) {
                    statuses.add(status);
                }
            } catch (IOException e) {
                silent.put(store, String.valueOf(e.getMessage()));
            }
        });
        return new Look(statuses, silent);
    }

    /** Takes the latest list of stores that anybody knows in the place of ours. */
    private void learn() {
        Stores latest = new Stores(Long.MIN_VALUE, List.of());
        for (Map.Entry<String, Endpoint> each : fronts.entrySet()) {
            try (FrontLine line = open(each, LOOK)) {
                Stores heard = line.welcome().stores();
                latest = heard.asOf() > latest.asOf() && !heard.all().isEmpty() ? heard : latest;
            } catch (IOException notThere) {
                // Another one will know; who is not there is named by look().
                continue;
            }
        }
        if (!latest.all().isEmpty()) {
            fronts.clear();
            latest.all().forEach(store -> fronts.put(store.store(), store.front()));
        }
    }

    /**
     * Adds and removes stores, group by group, and returns when every group has done it. What was
     * done is not undone where a later group fails: saying it again goes on from there.
     *
     * @throws IOException naming the group that did not do it, and why
     */
    public void change(List<StoreAddress> add, List<String> remove) throws IOException {
        learn();
        int groups = leaseGroups();
        for (int group = 0; group <= groups; group++) {
            change(group, new Call.ChangeStores(add, remove));
        }
    }

    private int leaseGroups() throws IOException {
        IOException last = new IOException("no store is known");
        for (Map.Entry<String, Endpoint> each : fronts.entrySet()) {
            try (FrontLine line = open(each, LOOK)) {
                return line.welcome().leaseGroups();
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    private void change(int group, Call.ChangeStores change) throws IOException {
        long deadline = System.nanoTime() + CHANGE.toNanos();
        String trouble = "no store leads it";
        while (System.nanoTime() - deadline < 0) {
            for (Map.Entry<String, Endpoint> each : fronts.entrySet()) {
                try (FrontLine line = open(each, CHANGE)) {
                    switch (line.ask(group, change)) {
                        case Answer.StoresNow done -> {
                            return;
                        }
                        case Answer.Bad(String why) ->
                                throw new IllegalArgumentException("group " + group + ": " + why);
                        case Answer.Again(String why) -> trouble = why;
                        case Answer other -> {}
                    }
                } catch (IOException e) {
                    trouble = String.valueOf(e.getMessage());
                }
            }
            pause();
        }
        throw new IOException("group " + group + " is as it was: " + trouble);
    }

    private FrontLine open(Map.Entry<String, Endpoint> store, Duration patience)
            throws IOException {
        return new FrontLine(store.getKey(), store.getValue(), trust, patience);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
