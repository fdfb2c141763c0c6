package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Law;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaderVoiceTest {

    private static final byte[] WORD = {1};

    private final List<ClientCall> said = new ArrayList<>();
    private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
    private final AtomicInteger woken = new AtomicInteger();
    private final LeaderVoice voice =
            new LeaderVoice(
                    call -> {
                        said.add(call);
                        answers.add(new CompletableFuture<>());
                        return answers.getLast();
                    },
                    woken::incrementAndGet);

    @Test
    void whatWaitedForAnAnswerIsSaidWhenItComesAndNotATurnLater() {
        assertThat(voice.say(Law.CLUSTER, WORD)).isTrue();
        assertThat(voice.say(Law.CLUSTER, WORD)).as("one at a time").isFalse();
        assertThat(woken).hasValue(0);
        answers.getFirst().complete(new Answer.Forgotten());
        assertThat(woken).as("its duty looks again").hasValue(1);
        assertThat(voice.say(Law.CLUSTER, WORD)).isTrue();
        assertThat(said).hasSize(2);
    }

    @Test
    void anAnswerThatNobodyWaitsForWakesNobody() {
        assertThat(voice.say(Law.CLUSTER, WORD)).isTrue();
        answers.getFirst().complete(new Answer.Forgotten());
        assertThat(woken).hasValue(0);
    }

    @Test
    void aWordThatGotLostIsNoReasonToStaySilent() {
        assertThat(voice.say(Law.CLUSTER, WORD)).isTrue();
        assertThat(voice.say(Law.CLUSTER, WORD)).isFalse();
        answers.getFirst().completeExceptionally(new IllegalStateException("lost"));
        assertThat(woken).hasValue(1);
        assertThat(voice.say(Law.CLUSTER, WORD)).isTrue();
    }
}
