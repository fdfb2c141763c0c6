package io.sallyport.store.machine;

import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What each client was answered, so that a call that comes again, perhaps to another leader after
 * an election, is answered again and not applied again. Part of the state: every replica has it.
 *
 * <p>A client says with each call which of its answers it still waits for (its floor); what lies
 * below is forgotten. Of the clients the {@value #CLIENTS_MAX} that called last are kept: a call is
 * repeated within seconds, and nobody is pushed out before so many others called.
 */
final class ClientTable {

    /** Far more processes than any cluster has. */
    static final int CLIENTS_MAX = 4096;

    /** More answers than a well-behaved client has open calls. */
    static final int ANSWERS_MAX = 16_384;

    /** A client's answers by sequence, and below which sequence they are forgotten. */
    private static final class Client {
        long lastIndex;
        long floor;
        final NavigableMap<Long, byte[]> answers = new TreeMap<>();
    }

    private final Map<Long, Client> clients = new TreeMap<>();
    private final SortedSet<Long> dirty = new TreeSet<>();

    /** What a call is to the table. */
    enum Standing {
        NEW,
        ANSWERED,
        FORGOTTEN
    }

    Standing standing(long client, long sequence) {
        Client known = clients.get(client);
        if (known == null) {
            return Standing.NEW;
        }
        if (known.answers.containsKey(sequence)) {
            return Standing.ANSWERED;
        }
        return sequence < known.floor ? Standing.FORGOTTEN : Standing.NEW;
    }

    Optional<byte[]> answer(long client, long sequence) {
        return Optional.ofNullable(clients.get(client)).map(c -> c.answers.get(sequence));
    }

    void remember(long index, long client, long sequence, long floor, byte[] answer) {
        Client known = clients.computeIfAbsent(client, absent -> new Client());
        known.lastIndex = index;
        known.answers.put(sequence, answer);
        known.floor = Math.max(known.floor, Math.min(floor, sequence));
        known.answers.headMap(known.floor, false).clear();
        while (known.answers.size() > ANSWERS_MAX) {
            known.floor = known.answers.pollFirstEntry().getKey() + 1;
        }
        dirty.add(client);
        if (clients.size() > CLIENTS_MAX) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        clients.entrySet().stream()
                .min(
                        Comparator.comparingLong(
                                        (Map.Entry<Long, Client> e) -> e.getValue().lastIndex)
                                .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .ifPresent(oldest -> {
                    clients.remove(oldest);
                    dirty.add(oldest);
                });
    }

    int size() {
        return clients.size();
    }

    void drainDirty(StateSink sink) {
        for (long id : dirty) {
            byte[] key = new WireWriter(Long.BYTES).i64(id).toBytes();
            Client client = clients.get(id);
            if (client == null) {
                sink.remove(StatePart.CLIENTS, key);
            } else {
                sink.put(StatePart.CLIENTS, key, encode(client));
            }
        }
        dirty.clear();
    }

    private static byte[] encode(Client client) {
        WireWriter writer = new WireWriter().u8(1).i64(client.lastIndex).i64(client.floor);
        writer.i32(client.answers.size());
        client.answers.forEach((sequence, answer) -> writer.i64(sequence).bytes(answer));
        return writer.toBytes();
    }

    void load(byte[] key, byte[] value) {
        long id = WireReader.whole(key, WireReader::i64);
        Client client =
                WireReader.whole(
                        value,
                        in -> {
                            Client read = new Client();
                            read.lastIndex = in.expect(1, "client row version").i64();
                            read.floor = in.i64();
                            in.list(
                                    ANSWERS_MAX,
                                    each ->
                                            read.answers.put(
                                                    each.i64(), each.bytes(each.remaining())));
                            return read;
                        });
        clients.put(id, client);
    }
}
