package io.sallyport.store.client;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Bundle;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import java.util.List;

/**
 * Wishes that travel as one call. All its attempts carry the same sequence and the same commands,
 * so it is applied once, whatever of them arrives. On the client's loop only.
 */
final class Batch extends Request {

    private final long sequence;
    private final List<Wish<?>> wishes;
    private final byte[] commands;

    Batch(Kind kind, Lane lane, long sequence, List<Wish<?>> wishes, long patienceNanos) {
        super(kind, lane, patienceNanos);
        this.sequence = sequence;
        this.wishes = List.copyOf(wishes);
        this.commands = Bundle.of(wishes.stream().map(Wish::command).toList());
    }

    long sequence() {
        return sequence;
    }

    @Override
    int group() {
        return lane.group();
    }

    @Override
    Call call() {
        return new Call.Submit(
                new ClientCall(lane.client(), sequence, lane.floor(), lane.law(), commands));
    }

    @Override
    boolean expired(long nowNanos) {
        boolean all = true;
        for (Wish<?> wish : wishes) {
            if (wish.expired(nowNanos)) {
                wish.end(givenUp());
            } else {
                all = false;
            }
        }
        return all;
    }

    @Override
    void giveUp() {
        wishes.forEach(wish -> wish.end(givenUp()));
    }

    @Override
    void refuse(String reason) {
        wishes.forEach(wish -> wish.end(new Outcome.Refused<>(reason)));
    }

    @Override
    void finish(Answer answer) {
        switch (answer) {
            case Answer.Result(byte[] results) -> finish(results);
            case Answer.Forgotten() -> unknown("the stores forgot this call");
            case Answer.Welcome _,
                    Answer.NotLeader _,
                    Answer.Again _,
                    Answer.Busy _,
                    Answer.Bad _,
                    Answer.CatalogNow _,
                    Answer.MembersNow _,
                    Answer.OrphansNow _,
                    Answer.WantedNow _,
                    Answer.StatusNow _,
                    Answer.StoresNow _ ->
                    unknown("an answer that does not fit: " + answer);
        }
    }

    private void finish(byte[] bundle) {
        List<byte[]> results;
        try {
            results = Bundle.items(bundle, ClientCall.COMMANDS_MAX);
        } catch (WireException e) {
            unknown("an answer in unknown words: " + e.getMessage());
            return;
        }
        if (results.size() != wishes.size()) {
            unknown(results.size() + " results of " + wishes.size() + " commands");
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            if (wishes.get(i).finish(results.get(i))) {
                lane.sayAgain(wishes.get(i));
            }
        }
    }

    private void unknown(String reason) {
        wishes.forEach(wish -> wish.end(new Outcome.Unknown<>(reason)));
    }
}
