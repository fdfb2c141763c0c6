package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.ClientCall;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.calls.Law;
import io.sallyport.store.calls.StoreAddress;
import io.sallyport.store.calls.Stores;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * {@code ./sallyport fuzz}: frames between nodes and between clients and stores, bent in every way.
 * Each is refused by a {@link WireException}, or is a frame whose bytes are those that came: so no
 * two sequences of bytes mean the same, and nothing is taken for what it is not. Anything else
 * thrown, memory included, ends it with 1.
 */
public final class MutatedFrames {

    private static final Epoch EPOCH = new Epoch(1, 42);
    private static final StoreAddress STORE =
            new StoreAddress(
                    "store-2",
                    Endpoint.parse("[2001:db8::2]:7100"),
                    Endpoint.parse("192.0.2.2:7000"));

    /** One kind of bytes: how it looks whole, and how it is read and written again. */
    private record Kind(String name, List<byte[]> whole, UnaryOperator<byte[]> again) {}

    private final Random random;
    private final List<Kind> kinds;
    private final Map<String, long[]> tally = new TreeMap<>();

    MutatedFrames(long seed) {
        random = new Random(seed);
        kinds = List.of(frames(), calls(), answers(), commands());
        kinds.forEach(kind -> tally.put(kind.name, new long[2]));
    }

    private static Kind frames() {
        return new Kind(
                "frame between nodes",
                SampleFrames.all().stream().map(f -> FrameCodec.encode(EPOCH, f)).toList(),
                bytes -> {
                    FrameCodec.Piece piece = FrameCodec.decode(bytes);
                    FrameCodec.Writer writer = new FrameCodec.Writer();
                    piece.frames().forEach(frame -> writer.add(piece.epoch(), frame));
                    return writer.take();
                });
    }

    private static Kind calls() {
        ClientCall said = ClientCall.of(-5, 7, 3, Law.ALLOCATOR, commands().whole.getFirst());
        return new Kind(
                "call of a store",
                Stream.of(
                                new Call.Hello("blue"),
                                new Call.Submit(said),
                                new Call.CatalogAfter(42, 20_000),
                                new Call.Members(),
                                new Call.Orphans(Optional.empty()),
                                new Call.Wanted(new Incarnation(9)),
                                new Call.Status(),
                                new Call.ChangeStores(List.of(STORE), List.of("store-1")))
                        .map(call -> Frames.encode(1, 77, call))
                        .toList(),
                bytes -> {
                    Frames.Framed<Call> frame = Frames.decodeCall(bytes);
                    return Frames.encode(frame.group(), frame.request(), frame.body());
                });
    }

    private static Kind answers() {
        return new Kind(
                "answer of a store",
                Stream.of(
                                new Answer.Welcome("store-1", 3, new Stores(5, List.of(STORE))),
                                new Answer.Result(new byte[] {9, 8}),
                                new Answer.NotLeader(Optional.of(STORE)),
                                new Answer.Busy("full"),
                                new Answer.Again("an election"),
                                new Answer.MembersNow(new Membership(EPOCH, List.of())))
                        .map(answer -> Frames.encode(0, 78, answer))
                        .toList(),
                bytes -> {
                    Frames.Framed<Answer> frame = Frames.decodeAnswer(bytes);
                    return Frames.encode(frame.group(), frame.request(), frame.body());
                });
    }

    private static Kind commands() {
        return new Kind(
                "command of the allocator",
                Stream.of(
                                new AllocatorCommand.Join(
                                        new NodeId("gw-1"),
                                        "machine/boot",
                                        Endpoint.parse("192.0.2.1:1"),
                                        Endpoint.parse("[2001:db8::1]:2")),
                                new AllocatorCommand.Renew(
                                        new Incarnation(3),
                                        EPOCH,
                                        Set.of(new NodeId("gw-2")),
                                        Map.of(new Incarnation(7), 88L),
                                        12),
                                new AllocatorCommand.Leave(new Incarnation(3)),
                                new AllocatorCommand.Fence(new NodeId("gw-1")))
                        .map(AllocatorCodec::encode)
                        .toList(),
                bytes -> AllocatorCodec.encode(AllocatorCodec.decodeCommand(bytes)));
    }

    /**
     * Bends one and reads it.
     *
     * @throws AssertionError where it is neither refused nor what it was
     */
    void one() {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        byte[] bent = bend(kind.whole.get(random.nextInt(kind.whole.size())));
        long[] count = Objects.requireNonNull(tally.get(kind.name));
        try {
            if (!Arrays.equals(kind.again.apply(bent), bent)) {
                throw new AssertionError(kind.name + " has two forms: " + Arrays.toString(bent));
            }
            count[1]++;
        } catch (WireException refused) {
            count[0]++;
        }
    }

    private byte[] bend(byte[] whole) {
        byte[] bytes = whole.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
                // A length that promises more than there is.
                case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0x7f);
                case 4 -> bytes = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 8));
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = random.nextInt(1 + bytes.length - Math.max(at, from));
                    System.arraycopy(bytes, from, bytes, at, length);
                }
            }
        }
        return bytes;
    }

    /** Of each kind: how many were refused, how many were frames still. */
    Map<String, long[]> tally() {
        return tally;
    }

    /** {@code [N [SEED]]}; 10 million without. */
    public static void main(String[] arguments) {
        long count = arguments.length > 0 ? Long.parseLong(arguments[0]) : 10_000_000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        MutatedFrames mutated = new MutatedFrames(seed);
        for (long i = 0; i < count; i++) {
            try {
                mutated.one();
            } catch (Throwable e) {
                System.out.println("frame " + i + " of seed " + seed + ": " + e);
                System.exit(1);
            }
        }
        mutated.tally()
                .forEach((kind, n) ->
                        System.out.printf("%-26s %10d refused %10d frames%n", kind, n[0], n[1]));
    }
}
