package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.ConnectionId;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.Incarnation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What nodes say to each other, counted by what it is for. What one tells itself is not said. */
final class SimMeter {

    /** What a frame is for. */
    enum Purpose {
        /** A connection is opened. */
        OPEN,
        /** A node that meets its packets asks for a copy. */
        CARRY,
        /** Its carriers tell its home that it lives, or is over. */
        REFRESH,
        END,
        /** A copy that nobody needs is let go. */
        SPARE,
        /** A new epoch: copies to homes, and made again. */
        HANDOVER,
        /** Its lessee doubts. */
        AUDIT,
        /** Heartbeats: of nodes, whatever they carry. */
        WATCH,
        /** Member lists. */
        MEMBERS
    }

    /** The length that a frame is sent with. */
    private static final int PREFIX_BYTES = 4;

    private final long[] frames = new long[Purpose.values().length];
    private final long[] bytes = new long[Purpose.values().length];
    private final Map<Incarnation, Long> heard = new HashMap<>();
    private final Set<ConnectionId> madeAgain = new HashSet<>();
    private int heartbeatBytes;

    void said(Incarnation from, Incarnation to, Epoch epoch, Frame frame) {
        int purpose = purpose(frame).ordinal();
        frames[purpose]++;
        bytes[purpose] += PREFIX_BYTES + bytes(epoch, frame);
        if (frame instanceof Frame.Deed) {
            heard.merge(to, 1L, Long::sum);
        }
        if (frame instanceof Frame.Keep keep && keep.opened()) {
            madeAgain.add(keep.held().connection().id());
        }
    }

    /** Most of what is said is heartbeats, and each is as long as any other. */
    private int bytes(Epoch epoch, Frame frame) {
        boolean heartbeat = purpose(frame) == Purpose.WATCH;
        if (!heartbeat) {
            return FrameCodec.encode(epoch, frame).length;
        }
        if (heartbeatBytes == 0) {
            heartbeatBytes = FrameCodec.encode(epoch, new Frame.Heartbeat(1)).length;
        }
        return heartbeatBytes;
    }

    private static Purpose purpose(Frame frame) {
        return switch (frame) {
            case Frame.Heartbeat _, Frame.HeartbeatAck _ -> Purpose.WATCH;
            case Frame.Notice _, Frame.RelayRenew _, Frame.RelayAnswer _ -> Purpose.MEMBERS;
            case Frame.Keep keep -> keep.opened() ? Purpose.HANDOVER : Purpose.OPEN;
            case Frame.Propose _,
                    Frame.Agreed _,
                    Frame.HomeRefused _,
                    Frame.GateHas _,
                    Frame.GateEnding _,
                    Frame.Opened _,
                    Frame.GivenUp _,
                    Frame.StillOpening _,
                    Frame.OpensAnew _,
                    Frame.GoesOn _ ->
                    Purpose.OPEN;
            case Frame.AskInside _,
                    Frame.AskOutside _,
                    Frame.Answer _,
                    Frame.NotHere _,
                    Frame.Elsewhere _,
                    Frame.Moved _ ->
                    Purpose.CARRY;
            case Frame.Refresh _ -> Purpose.REFRESH;
            case Frame.Stop _,
                    Frame.Stopped _,
                    Frame.Resume _,
                    Frame.Drop _,
                    Frame.Dropped _,
                    Frame.Freed _,
                    Frame.EndClaimed _,
                    Frame.EndAsked _ ->
                    Purpose.END;
            case Frame.HandOver _,
                    Frame.Holding _,
                    Frame.Lacking _,
                    Frame.HandedOver _,
                    Frame.HomesDone _ ->
                    Purpose.HANDOVER;
            case Frame.Offer _, Frame.Spare _, Frame.Spared _, Frame.Kept _ -> Purpose.SPARE;
            case Frame.Whether _, Frame.Known _, Frame.Silent _ -> Purpose.AUDIT;
        };
    }

    long frames(Purpose purpose) {
        return frames[purpose.ordinal()];
    }

    /** As they are framed; without TLS and what is below it. */
    long bytes(Purpose purpose) {
        return bytes[purpose.ordinal()];
    }

    /** Of all that is about connections. */
    long deeds() {
        return Arrays.stream(frames).sum() - frames(Purpose.WATCH) - frames(Purpose.MEMBERS);
    }

    long deedBytes() {
        return Arrays.stream(bytes).sum() - bytes(Purpose.WATCH) - bytes(Purpose.MEMBERS);
    }

    /** How much each node was told about connections. */
    Map<Incarnation, Long> heard() {
        return heard;
    }

    /** Connections of which a copy was made again. */
    int madeAgain() {
        return madeAgain.size();
    }
}
