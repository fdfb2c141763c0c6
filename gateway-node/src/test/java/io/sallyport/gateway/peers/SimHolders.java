package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.AllocatorResult;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.ids.Incarnation;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import io.sallyport.store.machine.Entry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds which port, as a map that believes the store's answers, in the order of the log. The
 * store must never grant what somebody holds by its own word.
 */
final class SimHolders {

    private record Call(long client, long sequence) {}

    private final SimTally tally;
    private final Map<LeaseKey, Map<Integer, Incarnation>> holders = new HashMap<>();

    /** Answered before: a repeated call changes nothing. */
    private final Set<Call> heard = new HashSet<>();

    private int leased;

    SimHolders(SimTally tally) {
        this.tally = tally;
    }

    /** Ports that nobody else can get: leased to the living, and orphans. */
    int leased() {
        return leased;
    }

    @Nullable Incarnation holder(LeaseKey key, int port) {
        return holders.getOrDefault(key, Map.of()).get(port);
    }

    void applied(Entry entry, List<Answer.Applied> answers) {
        for (int i = 0; i < answers.size(); i++) {
            ClientCall call = entry.calls().get(i);
            if (call.law() != Law.ALLOCATOR
                    || !heard.add(new Call(call.client(), call.sequence()))) {
                SimTally.count(tally.commands, call.law() == Law.ALLOCATOR ? "repeated" : "other");
                continue;
            }
            tally.happened(call.sequence(), i);
            if (answers.get(i) instanceof Answer.Result(byte[] results)) {
                List<byte[]> commands = call.each();
                List<byte[]> each = Bundle.items(results, ClientCall.COMMANDS_MAX);
                for (int j = 0; j < commands.size(); j++) {
                    AllocatorCommand command = AllocatorCodec.decodeCommand(commands.get(j));
                    SimTally.count(tally.commands, command.getClass().getSimpleName());
                    if (command instanceof AllocatorCommand.OfLeases ofLeases) {
                        applied(ofLeases, AllocatorCodec.decodeResult(each.get(j)));
                    }
                }
            }
        }
    }

    private void applied(AllocatorCommand.OfLeases command, AllocatorResult result) {
        switch (command) {
            case AllocatorCommand.Acquire(var who, var key, int want, var epoch) -> {
                if (result instanceof AllocatorResult.Granted(long grant, var ports)) {
                    Map<Integer, Incarnation> held =
                            holders.computeIfAbsent(key, k -> new HashMap<>());
                    for (int i = 0; i < ports.size(); i++) {
                        Incarnation other = held.put(ports.get(i), who);
                        if (other != null) {
                            throw new SimCheck.Violation(
                                    "store: %s %d is granted to %s and held by %s"
                                            .formatted(key, ports.get(i), who, other));
                        }
                    }
                    leased += ports.size();
                    if (ports.size() > want) {
                        throw new SimCheck.Violation("store: more ports than wanted");
                    }
                }
            }
            case AllocatorCommand.Return(var who, var key, long asOf, var ports) -> {
                if (result instanceof AllocatorResult.Done) {
                    ports.stream().forEach(port -> free(key, port, who));
                }
            }
            case AllocatorCommand.Reconciled(var dead, var key, var ports, var epoch) -> {
                if (result instanceof AllocatorResult.Done) {
                    ports.stream().forEach(port -> free(key, port, dead));
                }
            }
            case AllocatorCommand.Learn l -> {}
        }
    }

    private void free(LeaseKey key, int port, Incarnation who) {
        Map<Integer, Incarnation> held = holders.get(key);
        if (held != null && held.remove(port, who)) {
            leased--;
        }
    }
}
