package io.sallyport.store.machine;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.catalog.CatalogCodec;
import io.sallyport.store.catalog.CatalogCommand;
import io.sallyport.store.catalog.CatalogResult;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Writes the log of one group, as one client whose calls all wait for their answers. */
final class Logs {

    private static final long CLIENT = 7;

    private long index;
    private long sequence;

    long index() {
        return index;
    }

    ClientCall call(AllocatorCommand... commands) {
        return call(Law.ALLOCATOR, Arrays.stream(commands).map(AllocatorCodec::encode).toList());
    }

    ClientCall call(CatalogCommand command) {
        return call(Law.CATALOG, List.of(CatalogCodec.encode(command)));
    }

    ClientCall call(Law law, List<byte[]> commands) {
        sequence++;
        return new ClientCall(CLIENT, sequence, 1, law, Bundle.of(commands));
    }

    /** The next entry; its entropy is a function of its index. */
    Entry entry(ClientCall... calls) {
        byte[] entropy = new byte[32];
        new Random(++index).nextBytes(entropy);
        return new Entry(entropy, 1_700_000_000_000L, List.of(calls));
    }

    /** The results of the only call of the next entry. */
    List<byte[]> apply(Machine machine, ClientCall call) {
        Entry entry = entry(call);
        Answer.Applied answer = machine.apply(index, entry).getFirst();
        return Bundle.items(((Answer.Result) answer).results(), ClientCall.COMMANDS_MAX);
    }

    AllocatorResult apply(Machine machine, AllocatorCommand command) {
        return AllocatorCodec.decodeResult(apply(machine, call(command)).getFirst());
    }

    CatalogResult apply(Machine machine, CatalogCommand command) {
        return CatalogCodec.decodeResult(apply(machine, call(command)).getFirst());
    }
}
