package io.sallyport.gateway.peers;

import io.sallyport.allocator.AllocatorCommand;
import io.sallyport.allocator.LeaseKey;
import io.sallyport.allocator.Membership;
import io.sallyport.allocator.wire.AllocatorCodec;
import io.sallyport.allocator.wire.WireException;
import io.sallyport.allocator.wire.WireReader;
import io.sallyport.allocator.wire.WireWriter;
import io.sallyport.gateway.connections.ClientPath;
import io.sallyport.gateway.connections.Connection;
import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.gateway.connections.InsideKey;
import io.sallyport.gateway.connections.Numbers;
import io.sallyport.gateway.connections.OutsideKey;
import io.sallyport.gateway.ports.Ended;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;
import io.sallyport.net.Destination;
import io.sallyport.net.IpAddress;
import io.sallyport.net.Protocol;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames as bytes, any thread. What a node says to another in one turn and one epoch is one piece:
 *
 * <pre>
 * u8 version | i64 epoch generation | i64 epoch number | one frame or more
 *                                     frame: u8 kind | body
 * </pre>
 *
 * Kinds are never renumbered. Everything is checked before memory is taken; what does not fit is a
 * {@link WireException}, upon which the session is broken.
 */
final class FrameCodec {

    static final int VERSION = 7;

    /** Longest frame in bytes: a member list of some hundred nodes, or a full batch, with room. */
    private static final int FRAME_MAX = 1 << 18;

    /** A piece that is as long takes no more frames. */
    private static final int PIECE_BYTES = 64 * 1024;

    /** Longest piece in bytes. */
    static final int PIECE_MAX = PIECE_BYTES + FRAME_MAX;

    /** Most frames of a piece: the worker that gets it has packets to look after between. */
    static final int PIECE_FRAMES = 256;

    /** Most items in one batch. */
    static final int BATCH_MAX = 512;

    /** Longest member list in bytes. */
    private static final int MEMBERSHIP_BYTES_MAX = FRAME_MAX;

    /** What came together, in the order in which it was said. */
    record Piece(Epoch epoch, List<Frame> frames) {
        Piece {
            frames = List.copyOf(frames);
        }
    }

    /** A piece that grows; one thread at a time. */
    static final class Writer {
        private final WireWriter bytes = new WireWriter(4096);
        private @Nullable Epoch epoch;
        private int frames;

        boolean isEmpty() {
            return frames == 0;
        }

        /** Whether a frame of that epoch may follow those that are here. */
        boolean takes(Epoch other) {
            return frames == 0
                    || frames < PIECE_FRAMES && bytes.length() < PIECE_BYTES && other.equals(epoch);
        }

        /**
         * @throws IllegalStateException where it does not take any of that epoch
         */
        void add(Epoch saidIn, Frame frame) {
            if (!takes(saidIn)) {
                throw new IllegalStateException("another piece");
            }
            if (frames++ == 0) {
                epoch = saidIn;
                FrameCodec.epoch(bytes.u8(VERSION), saidIn);
            }
            write(bytes, frame);
        }

        /** The piece; then it is empty. */
        byte[] take() {
            byte[] piece = bytes.toBytes();
            bytes.clear();
            frames = 0;
            return piece;
        }
    }

    private FrameCodec() {}

    /** A piece of one frame. */
    static byte[] encode(Epoch epoch, Frame frame) {
        Writer writer = new Writer();
        writer.add(epoch, frame);
        return writer.take();
    }

    private static void write(WireWriter w, Frame frame) {
        switch (frame) {
            case Frame.Heartbeat f -> w.u8(1).i64(f.sentNanos());
            case Frame.HeartbeatAck f -> w.u8(2).i64(f.sentNanos());
            case Frame.Notice f -> membership(w.u8(3), f.membership());
            case Frame.Propose f -> held(w.u8(4), f.held());
            case Frame.Keep f -> held(w.u8(5), f.held()).flag(f.gate()).flag(f.opened());
            case Frame.Agreed f -> id(w.u8(6), f.id());
            case Frame.HomeRefused f -> id(w.u8(7), f.id());
            case Frame.GateHas f -> held(id(w.u8(8), f.id()), f.existing());
            case Frame.GateEnding f -> id(w.u8(9), f.id());
            case Frame.Opened f -> id(w.u8(10), f.id());
            case Frame.GivenUp f -> id(w.u8(11), f.id());
            case Frame.StillOpening f -> id(w.u8(12), f.id());
            case Frame.AskInside f -> inside(w.u8(13).i64(f.question()), f.key());
            case Frame.AskOutside f -> outside(w.u8(14).i64(f.question()), f.key());
            case Frame.Answer f -> held(w.u8(15).i64(f.question()), f.held());
            case Frame.NotHere f -> w.u8(16).i64(f.question()).u8(absence(f.absence()));
            case Frame.Refresh f -> w.u8(17).list(f.sights(), FrameCodec::sight);
            case Frame.Stop f -> id(w.u8(18), f.id()).i32(f.question());
            case Frame.Stopped f -> sight(w.u8(19).i32(f.question()), f.sight());
            case Frame.Resume f -> id(w.u8(20), f.id());
            case Frame.Drop f -> id(w.u8(21), f.id());
            case Frame.Dropped f -> id(w.u8(22), f.id());
            case Frame.Freed f ->
                    lease(id(w.u8(23), f.id()), f.key()).u16(f.port()).u8(ended(f.ended()));
            case Frame.EndAsked f -> id(w.u8(24), f.id());
            case Frame.OpensAnew f -> id(w.u8(32), f.id()).i32(f.question());
            case Frame.GoesOn f -> id(w.u8(33), f.id()).i32(f.question()).flag(f.yes());
            case Frame.Elsewhere f ->
                    path(id(w.u8(34), f.id()), f.path())
                            .i32(f.sequence())
                            .i32(f.acknowledgement())
                            .u8(f.hops());
            case Frame.Moved f -> path(id(w.u8(35), f.id()), f.path());
            case Frame.EndClaimed f ->
                    id(w.u8(36), f.id())
                            .flag(f.outward())
                            .i32(f.sequence())
                            .flag(f.reset())
                            .u8(f.hops());
            case Frame.Spare f -> id(w.u8(37), f.id()).i64(f.number());
            case Frame.Spared f -> id(w.u8(38), f.id()).i64(f.number());
            case Frame.Offer f -> id(w.u8(39), f.id());
            case Frame.Kept f -> id(w.u8(40), f.id()).i64(f.number());
            case Frame.Silent f -> w.u8(41).list(f.windows(), FrameCodec::silence);
            case Frame.HandOver f ->
                    held(w.u8(25), f.held())
                            .flag(f.opening())
                            .flag(f.ending())
                            .flag(f.gateAgreed())
                            .flag(f.frozen())
                            .flag(f.lacksSight());
            case Frame.Holding f -> w.u8(42).list(f.holds(), FrameCodec::hold);
            case Frame.Lacking f -> w.u8(43).list(f.ids(), FrameCodec::id);
            case Frame.HandedOver() -> w.u8(26);
            case Frame.HomesDone() -> w.u8(27);
            case Frame.Whether f -> w.u8(28).i64(f.batch()).list(f.keys(), FrameCodec::outside);
            case Frame.RelayRenew f ->
                    w.u8(30).i64(f.question()).bytes(AllocatorCodec.encode(f.renew()));
            case Frame.RelayAnswer f -> membership(w.u8(31).i64(f.question()), f.membership());
            case Frame.Known f ->
                    w.u8(29).i64(f.batch()).flag(f.judged()).bytes(f.known().toByteArray());
        }
    }

    /**
     * @throws WireException where the bytes are not exactly one piece of the known version
     */
    static Piece decode(byte[] bytes) {
        return WireReader.whole(bytes, FrameCodec::piece);
    }

    private static Piece piece(WireReader r) {
        r.expect(VERSION, "frame version");
        Epoch epoch = epoch(r);
        List<Frame> frames = new ArrayList<>();
        do {
            if (frames.size() == PIECE_FRAMES) {
                throw new WireException("more than " + PIECE_FRAMES + " frames");
            }
            frames.add(frame(r));
        } while (r.remaining() > 0);
        return new Piece(epoch, frames);
    }

    private static Frame frame(WireReader r) {
        int kind = r.u8();
        return switch (kind) {
            case 1 -> new Frame.Heartbeat(r.i64());
            case 2 -> new Frame.HeartbeatAck(r.i64());
            case 3 -> new Frame.Notice(membership(r));
            case 4 -> new Frame.Propose(held(r));
            case 5 -> new Frame.Keep(held(r), r.flag(), r.flag());
            case 6 -> new Frame.Agreed(id(r));
            case 7 -> new Frame.HomeRefused(id(r));
            case 8 -> new Frame.GateHas(id(r), held(r));
            case 9 -> new Frame.GateEnding(id(r));
            case 10 -> new Frame.Opened(id(r));
            case 11 -> new Frame.GivenUp(id(r));
            case 12 -> new Frame.StillOpening(id(r));
            case 13 -> new Frame.AskInside(r.i64(), inside(r));
            case 14 -> new Frame.AskOutside(r.i64(), outside(r));
            case 15 -> new Frame.Answer(r.i64(), held(r));
            case 16 -> new Frame.NotHere(r.i64(), absence(r.u8()));
            case 17 -> new Frame.Refresh(r.list(BATCH_MAX, FrameCodec::sight));
            case 18 -> new Frame.Stop(id(r), r.i32());
            case 19 -> new Frame.Stopped(r.i32(), sight(r));
            case 20 -> new Frame.Resume(id(r));
            case 21 -> new Frame.Drop(id(r));
            case 22 -> new Frame.Dropped(id(r));
            case 23 -> new Frame.Freed(id(r), lease(r), r.u16(), ended(r.u8()));
            case 24 -> new Frame.EndAsked(id(r));
            case 25 ->
                    new Frame.HandOver(held(r), r.flag(), r.flag(), r.flag(), r.flag(), r.flag());
            case 26 -> new Frame.HandedOver();
            case 27 -> new Frame.HomesDone();
            case 28 -> new Frame.Whether(r.i64(), r.list(BATCH_MAX, FrameCodec::outside));
            case 29 -> new Frame.Known(r.i64(), r.flag(), bits(r));
            case 30 -> new Frame.RelayRenew(r.i64(), renew(r));
            case 31 -> new Frame.RelayAnswer(r.i64(), membership(r));
            case 32 -> new Frame.OpensAnew(id(r), r.i32());
            case 33 -> new Frame.GoesOn(id(r), r.i32(), r.flag());
            case 34 -> new Frame.Elsewhere(id(r), path(r), r.i32(), r.i32(), r.u8());
            case 35 -> new Frame.Moved(id(r), path(r));
            case 36 -> new Frame.EndClaimed(id(r), r.flag(), r.i32(), r.flag(), r.u8());
            case 37 -> new Frame.Spare(id(r), r.i64());
            case 38 -> new Frame.Spared(id(r), r.i64());
            case 39 -> new Frame.Offer(id(r));
            case 40 -> new Frame.Kept(id(r), r.i64());
            case 41 -> new Frame.Silent(r.list(BATCH_MAX, FrameCodec::silence));
            case 42 -> new Frame.Holding(r.list(BATCH_MAX, FrameCodec::hold));
            case 43 -> new Frame.Lacking(r.list(BATCH_MAX, FrameCodec::id));
            default -> throw new WireException("frame kind " + kind + " is not known");
        };
    }

    private static void silence(WireWriter w, IdleWindow silence) {
        w.u8(silence.minutes())
                .text(silence.gateway().value())
                .i64(silence.sinceSeconds())
                .i64(silence.endSeconds());
    }

    private static IdleWindow silence(WireReader r) {
        return new IdleWindow(r.u8(), new GatewayId(r.text(32)), r.i64(), r.i64());
    }

    /** Without empty bytes at the end: a set has one form only. */
    private static BitSet bits(WireReader r) {
        byte[] bytes = r.bytes(BATCH_MAX / 8);
        if (bytes.length > 0 && bytes[bytes.length - 1] == 0) {
            throw new WireException("a set that ends with nothing");
        }
        return BitSet.valueOf(bytes);
    }

    private static int absence(Frame.Absence absence) {
        return switch (absence) {
            case UNKNOWN -> 0;
            case NOT_HERE -> 1;
            case ENDING -> 2;
        };
    }

    private static Frame.Absence absence(int code) {
        return switch (code) {
            case 0 -> Frame.Absence.UNKNOWN;
            case 1 -> Frame.Absence.NOT_HERE;
            case 2 -> Frame.Absence.ENDING;
            default -> throw new WireException("absence " + code + " is not 0 to 2");
        };
    }

    private static int ended(Ended ended) {
        return switch (ended) {
            case FINISHED -> 0;
            case RESET -> 1;
            case IDLE -> 2;
        };
    }

    private static Ended ended(int code) {
        return switch (code) {
            case 0 -> Ended.FINISHED;
            case 1 -> Ended.RESET;
            case 2 -> Ended.IDLE;
            default -> throw new WireException("end " + code + " is not 0 to 2");
        };
    }

    private static WireWriter epoch(WireWriter w, Epoch epoch) {
        return w.i64(epoch.generation()).i64(epoch.number());
    }

    private static Epoch epoch(WireReader r) {
        return new Epoch(r.i64(), r.i64());
    }

    private static WireWriter id(WireWriter w, ConnectionId id) {
        return w.i64(id.incarnation()).i64(id.sequence());
    }

    private static ConnectionId id(WireReader r) {
        return new ConnectionId(r.i64(), r.i64());
    }

    private static WireWriter sight(WireWriter w, Frame.Sight sight) {
        Numbers numbers = sight.numbers();
        return id(w, sight.id())
                .i64(sight.ageNanos())
                .u8(sight.flagsOut())
                .u8(sight.flagsIn())
                .flag(numbers.outKnown())
                .i32(numbers.nextOut())
                .flag(numbers.inKnown())
                .i32(numbers.nextIn());
    }

    private static Frame.Sight sight(WireReader r) {
        ConnectionId id = id(r);
        long age = r.i64();
        int out = r.u8();
        int in = r.u8();
        return new Frame.Sight(id, age, out, in, numbers(r));
    }

    private static WireWriter hold(WireWriter w, Frame.Hold hold) {
        return sight(w, hold.sight()).flag(hold.gateAgreed()).flag(hold.lacksSight());
    }

    private static Frame.Hold hold(WireReader r) {
        return new Frame.Hold(sight(r), r.flag(), r.flag());
    }

    private static Numbers numbers(WireReader r) {
        boolean outKnown = r.flag();
        int nextOut = r.i32();
        boolean inKnown = r.flag();
        int nextIn = r.i32();
        if ((!outKnown && nextOut != 0) || (!inKnown && nextIn != 0)) {
            throw new WireException("a number that is not known");
        }
        return new Numbers(outKnown, nextOut, inKnown, nextIn);
    }

    private static WireWriter inside(WireWriter w, InsideKey key) {
        return w.i32(key.vpc())
                .protocol(key.protocol())
                .endpoint(key.client())
                .endpoint(key.remote());
    }

    private static InsideKey inside(WireReader r) {
        return new InsideKey(r.i32(), r.protocol(), r.endpoint(), r.endpoint());
    }

    private static WireWriter outside(WireWriter w, OutsideKey key) {
        return w.protocol(key.protocol()).endpoint(key.outside()).endpoint(key.remote());
    }

    private static OutsideKey outside(WireReader r) {
        return new OutsideKey(r.protocol(), r.endpoint(), r.endpoint());
    }

    private static WireWriter lease(WireWriter w, LeaseKey key) {
        return w.address(key.eip())
                .i64(key.poolGeneration())
                .protocol(key.destination().protocol())
                .address(key.destination().address())
                .u16(key.destination().port());
    }

    private static LeaseKey lease(WireReader r) {
        IpAddress eip = r.address();
        long generation = r.i64();
        Protocol protocol = r.protocol();
        return new LeaseKey(eip, generation, new Destination(protocol, r.address(), r.u16()));
    }

    private static WireWriter held(WireWriter w, Frame.Held held) {
        Connection c = held.connection();
        id(w, c.id()).text(c.gateway().value());
        inside(w, c.inside()).address(c.eip()).i64(c.poolGeneration()).u16(c.natPort());
        epoch(w, c.opened()).i64(c.lessee().number()).i64(c.grant());
        path(w, c.path()).u8(held.copies());
        return sight(w, held.sight());
    }

    private static Frame.Held held(WireReader r) {
        ConnectionId id = id(r);
        GatewayId gateway = new GatewayId(r.text(32));
        InsideKey inside = inside(r);
        Connection connection =
                new Connection(
                        id,
                        gateway,
                        inside,
                        r.address(),
                        r.i64(),
                        r.u16(),
                        epoch(r),
                        new Incarnation(r.i64()),
                        r.i64(),
                        path(r));
        return new Frame.Held(connection, r.u8(), sight(r));
    }

    private static WireWriter path(WireWriter w, ClientPath path) {
        w.optional(path.tunnelEndpoint(), WireWriter::address);
        return w.i64(path.clientMac()).i64(path.gatewayMac()).i32(path.moves());
    }

    private static ClientPath path(WireReader r) {
        return new ClientPath(r.optional(WireReader::address), r.i64(), r.i64(), r.i32());
    }

    private static AllocatorCommand.Renew renew(WireReader r) {
        if (AllocatorCodec.decodeCommand(r.bytes(FRAME_MAX)) instanceof AllocatorCommand.Renew c) {
            return c;
        }
        throw new WireException("only a Renew is relayed");
    }

    private static WireWriter membership(WireWriter w, Membership membership) {
        return w.bytes(AllocatorCodec.encode(membership));
    }

    private static Membership membership(WireReader r) {
        return AllocatorCodec.decodeMembership(r.bytes(MEMBERSHIP_BYTES_MAX));
    }
}
