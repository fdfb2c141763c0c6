package io.sallyport.store.machine;

import io.sallyport.allocator.Stamp;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import java.util.ArrayList;
import java.util.List;

/**
 * Goes through the calls of an entry: each new one is obeyed, command by command, each on the state
 * that the one before left; a repeated one is answered from memory. On the applying thread.
 */
final class Obedience {

    /** Obeys one command and says what its law says, in that law's encoding. */
    interface Laws {
        byte[] obey(Law law, byte[] command, Stamp stamp);
    }

    private final ClientTable clients;
    private final Laws laws;

    Obedience(ClientTable clients, Laws laws) {
        this.clients = clients;
        this.laws = laws;
    }

    List<Answer.Applied> apply(long index, Entry entry) {
        List<Answer.Applied> answers = new ArrayList<>(entry.calls().size());
        int ordinal = 0;
        for (ClientCall call : entry.calls()) {
            List<byte[]> commands = call.each();
            answers.add(answer(call, commands, index, ordinal, entry.entropy()));
            ordinal += commands.size();
        }
        return answers;
    }

    private Answer.Applied answer(
            ClientCall call, List<byte[]> commands, long index, int ordinal, byte[] entropy) {
        return switch (clients.standing(call.client(), call.sequence())) {
            case ANSWERED ->
                    clients.answer(call.client(), call.sequence())
                            .<Answer.Applied>map(Answer.Result::new)
                            .orElseGet(Answer.Forgotten::new);
            case FORGOTTEN -> new Answer.Forgotten();
            case NEW -> {
                List<byte[]> results = new ArrayList<>(commands.size());
                for (int i = 0; i < commands.size(); i++) {
                    Stamp stamp = new Stamp(index, ordinal + i, entropy);
                    results.add(laws.obey(call.law(), commands.get(i), stamp));
                }
                byte[] bundle = Bundle.of(results);
                clients.remember(index, call.client(), call.sequence(), call.floor(), bundle);
                yield new Answer.Result(bundle);
            }
        };
    }
}
