package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.meter.FlowRing;
import io.sallyport.flowlogs.meter.FlowSample;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A flood of flows that are not permitted: each packet is in a sample, or its gateway is marked.
 */
class RejectSamplesTest {

    private static final class Heard implements FlowSink {
        final Map<Integer, Long> packets = new HashMap<>();
        final Set<Integer> lost = new HashSet<>();

        @Override
        public boolean offer(FlowSample sample) {
            packets.merge(sample.gateway, sample.packets, Long::sum);
            return true;
        }

        @Override
        public void lost(int gateway) {
            lost.add(gateway);
        }
    }

    private final Counters counters = new Counters();
    private final RejectSamples rejects = new RejectSamples(counters);
    private final Heard heard = new Heard();
    private final TellingNote note =
            new TellingNote(Arena.ofAuto().allocate(TellingNote.BYTES, Long.BYTES));

    private void refuse(int gateway, long remote, int port) {
        rejects.add(gateway, false, 6, 0, remote, port, 0, 7, 4000, 1, 40, 2, 40, 1000);
    }

    @Test
    void whatFindsNoRoomIsCountedAndItsGatewayNamedOnce() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int few = 20;
        int many = 10 * RejectSamples.SIZE;
        for (int i = 0; i < few; i++) {
            refuse(1, i, 80);
        }
        for (int i = 0; i < many; i++) {
            refuse(FlowRing.LOSS_MARKS + 65, random.nextLong(), random.nextInt(65536));
        }
        rejects.flush(heard, note);
        long told = heard.packets.getOrDefault(FlowRing.LOSS_MARKS + 65, 0L);
        assertThat(heard.packets.get(1)).isEqualTo(few);
        assertThat(told).isBetween(RejectSamples.SIZE / 2L, (long) RejectSamples.SIZE - few);
        assertThat(heard.lost).containsExactly(65);
        assertThat(counters.value(Counters.Name.FLOW_SAMPLES_LOST)).isEqualTo(many - told);

        heard.lost.clear();
        heard.packets.clear();
        refuse(1, 1, 80);
        rejects.flush(heard, note);
        assertThat(heard.lost).as("told once").isEmpty();
        assertThat(heard.packets).as("there is room again").containsExactly(Map.entry(1, 1L));
    }
}
