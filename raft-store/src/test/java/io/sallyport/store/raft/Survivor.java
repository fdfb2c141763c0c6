package io.sallyport.store.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.store.machine.LeaseMachine;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Listens to the lives of a {@link KillableStore}, applies to a machine of its own what is said to
 * be applied, and objects where a life contradicts an earlier one.
 */
final class Survivor {

    private final LeaseMachine model = Script.empty();
    private final TreeMap<Long, Long> numbers = new TreeMap<>();
    private final Map<Long, Integer> answers = new HashMap<>();
    private long acknowledged;
    private String state = "";

    long firstUnacknowledged() {
        return acknowledged + 1;
    }

    void hear(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "applied" -> applied(Long.parseLong(words[1]), Long.parseLong(words[2]));
            case "ack" -> acknowledged(Long.parseLong(words[1]), Integer.parseInt(words[2]));
            case "state" -> state = words[1];
            case "at" -> {}
            default -> throw new AssertionError("unexpected: " + line);
        }
    }

    private void applied(long index, long number) {
        Long before = numbers.get(index);
        if (before != null) {
            assertThat(number).as("what entry %d is", index).isEqualTo(before);
            return;
        }
        assertThat(numbers.isEmpty() ? 0 : numbers.lastKey())
                .as("no entry between others turns up later")
                .isLessThan(index);
        assertThat(number)
                .as("entry %d follows what was acknowledged", index)
                .isBetween(acknowledged, acknowledged + 1);
        numbers.put(index, number);
        answers.putIfAbsent(number, Script.hash(model.apply(index, Script.entry(number))));
    }

    private void acknowledged(long number, int hash) {
        assertThat(number).isEqualTo(acknowledged + 1);
        assertThat(hash).as("answer of %d", number).isEqualTo(answers.get(number));
        acknowledged = number;
    }

    void assertSameState() {
        assertThat(state).isEqualTo(StateRows.of(model));
        assertThat(acknowledged).isGreaterThan(20);
    }
}
