package io.sallyport.gateway.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.flowlogs.meter.FlowSample;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process may be killed between any two writes of the meter; here it is, by an exception. */
class TellingNoteTest {

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Remembers what it was offered, as a ring in lasting memory does. */
    private static final class Lasting implements FlowSink {
        final List<Long> packets = new ArrayList<>();
        boolean killedBefore;
        boolean killedAfter;

        @Override
        public boolean offer(FlowSample sample) {
            if (killedBefore) {
                throw new Killed();
            }
            packets.add(sample.packets);
            if (killedAfter) {
                throw new Killed();
            }
            return true;
        }

        @Override
        public long position() {
            return packets.size();
        }
    }

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment places = arena.allocate(RejectSamples.BYTES, Long.BYTES);
    private final MemorySegment noted = arena.allocate(TellingNote.BYTES, Long.BYTES);
    private final MemorySegment bySlot = arena.allocate(10L * Told.BYTES, Long.BYTES);
    private final Lasting sink = new Lasting();

    private RejectSamples rejects() {
        return new RejectSamples(places, new Counters());
    }

    private void refuse(RejectSamples rejects, int port) {
        rejects.add(3, true, 6, 0, 1, port, 0, 2, 80, 2, 120, 2, 30, 1000);
    }

    private void killed(RejectSamples rejects) {
        try {
            rejects.flush(sink, new TellingNote(noted));
            throw new AssertionError("it was to be killed");
        } catch (Killed e) {
            sink.killedBefore = false;
            sink.killedAfter = false;
        }
    }

    /** What a next life does with the memory. */
    private void resume() {
        RejectSamples left = rejects();
        TellingNote note = new TellingNote(noted);
        note.finish(new Told(bySlot), left, sink.position());
        left.flush(sink, note);
    }

    @Test
    void refusedPacketsOfALifeThatWasKilledAreToldOnce() {
        RejectSamples first = rejects();
        refuse(first, 1000);
        refuse(first, 1000);
        refuse(first, 1001);
        sink.killedBefore = true;
        killed(first);
        assertThat(sink.packets).isEmpty();
        RejectSamples second = rejects();
        sink.killedAfter = true;
        killed(second);
        assertThat(sink.packets).hasSize(1);
        resume();
        assertThat(sink.packets).containsExactlyInAnyOrder(4L, 2L);
        resume();
        assertThat(sink.packets).hasSize(2);
    }

    @Test
    void aConnectionsCountersAreToldFromWhereTheOfferEnded() {
        Told told = new Told(bySlot);
        told.begin(7, 99);
        TellingNote note = new TellingNote(noted);
        note.connection(7, false, 12, 1L << 40, sink.position());
        note.finish(told, rejects(), sink.position());
        assertThat(told.packets(7, false)).as("nobody took it").isZero();

        note.connection(7, false, 12, 1L << 40, sink.position());
        refuse(rejects(), 1);
        rejects().flush(sink, new TellingNote(arena.allocate(TellingNote.BYTES, Long.BYTES)));
        note.finish(told, rejects(), sink.position());
        assertThat(told.packets(7, false)).isEqualTo(12);
        assertThat(told.bytes(7, false)).isEqualTo(1L << 40);
        assertThat(told.packets(7, true)).isZero();
        assertThat(told.isOf(7, 99)).isTrue();
        assertThat(told.isOf(7, 98)).isFalse();
    }
}
