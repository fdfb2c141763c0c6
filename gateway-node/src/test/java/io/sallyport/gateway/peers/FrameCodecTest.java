package io.sallyport.gateway.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameCodecTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/peer-frames.txt");

    @Test
    void everyFrameComesBackAsItWas() {
        Set<Class<?>> kinds = new HashSet<>();
        for (Frame frame : SampleFrames.all()) {
            kinds.add(frame.getClass());
            FrameCodec.Piece piece =
                    FrameCodec.decode(FrameCodec.encode(SampleFrames.EPOCH, frame));
            assertThat(piece).isEqualTo(new FrameCodec.Piece(SampleFrames.EPOCH, List.of(frame)));
        }
        Set<Class<?>> all =
                Stream.of(Frame.Watching.class, Frame.Deed.class)
                        .flatMap(c -> Arrays.stream(c.getPermittedSubclasses()))
                        .collect(Collectors.toSet());
        assertThat(kinds).as("a sample of each kind").isEqualTo(all);
    }

    /** Run with {@code -Dgolden.update=true} where the format changes on purpose. */
    @Test
    void bytesAreWhatTheyWereInTheFirstVersion() throws IOException {
        String now =
                SampleFrames.all().stream()
                        .map(f ->
                                f.getClass().getSimpleName()
                                        + " "
                                        + HexFormat.of()
                                                .formatHex(
                                                        FrameCodec.encode(SampleFrames.EPOCH, f)))
                        .collect(Collectors.joining("\n", "", "\n"));
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, now);
        }
        assertThat(now).isEqualTo(Files.readString(GOLDEN));
    }

    @Test
    void whateverIsChangedInAFrameIsAFrameOrAWireException() {
        long seed = Long.getLong("fuzz.seed", 20_251_121);
        System.out.println("fuzz.seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> frames =
                SampleFrames.all().stream()
                        .map(f -> FrameCodec.encode(SampleFrames.EPOCH, f))
                        .toList();
        int refused = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = frames.get(random.nextInt(frames.size())).clone();
            int changes = 1 + random.nextInt(4);
            for (int c = 0; c < changes; c++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (random.nextInt(4) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 8));
            }
            try {
                FrameCodec.Piece piece = FrameCodec.decode(bytes);
                assertThat(write(piece.epoch(), piece.frames())).isNotEmpty();
            } catch (WireException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 99_000);
    }

    private static byte[] write(Epoch epoch, List<Frame> frames) {
        FrameCodec.Writer writer = new FrameCodec.Writer();
        frames.forEach(frame -> writer.add(epoch, frame));
        return writer.take();
    }

    @Test
    void whatIsSaidTogetherComesTogetherAndInOrder() {
        FrameCodec.Writer writer = new FrameCodec.Writer();
        for (int i = 0; i < 2; i++) {
            List<Frame> frames = SampleFrames.all();
            frames.forEach(frame -> writer.add(SampleFrames.EPOCH, frame));
            FrameCodec.Piece piece = FrameCodec.decode(writer.take());
            assertThat(piece).isEqualTo(new FrameCodec.Piece(SampleFrames.EPOCH, frames));
            assertThat(writer.isEmpty()).isTrue();
        }
    }

    @Test
    void aPieceIsOfOneEpochAndHasItsMeasure() {
        FrameCodec.Writer writer = new FrameCodec.Writer();
        Frame frame = new Frame.HandedOver();
        for (int i = 0; i < FrameCodec.PIECE_FRAMES; i++) {
            assertThat(writer.takes(SampleFrames.EPOCH)).isTrue();
            writer.add(SampleFrames.EPOCH, frame);
            assertThat(writer.takes(new Epoch(1, 43))).isFalse();
        }
        assertThat(writer.takes(SampleFrames.EPOCH)).isFalse();
        byte[] full = writer.take();
        assertThat(FrameCodec.decode(full).frames()).hasSize(FrameCodec.PIECE_FRAMES);
        byte[] over = Arrays.copyOf(full, full.length + 1);
        over[full.length] = full[full.length - 1];
        assertThatThrownBy(() -> FrameCodec.decode(over))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("more than 256 frames");
        assertThat(writer.takes(new Epoch(1, 43))).isTrue();
    }

    @Test
    void aPieceOfNothingIsRefused() {
        byte[] one = FrameCodec.encode(SampleFrames.EPOCH, new Frame.HandedOver());
        assertThatThrownBy(() -> FrameCodec.decode(Arrays.copyOf(one, one.length - 1)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void anotherVersionIsRefused() {
        byte[] bytes = FrameCodec.encode(SampleFrames.EPOCH, new Frame.HandedOver());
        bytes[0]++;
        assertThatThrownBy(() -> FrameCodec.decode(bytes))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("frame version is 8, known is 7");
    }
}
