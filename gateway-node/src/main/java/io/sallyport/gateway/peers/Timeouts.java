package io.sallyport.gateway.peers;

import io.sallyport.gateway.ports.Ended;
import io.sallyport.net.Protocol;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * How long a connection may be silent before its home ends it, by what was seen of it. Every end is
 * an idle end, so that no single forged packet ends a live connection: whatever comes after it
 * counts as life.
 *
 * @param established TCP, both directions seen
 * @param transitory TCP, one side has finished
 * @param halfOpen TCP, no answer from the remote yet
 * @param closing TCP, both sides finished or one was reset
 */
public record Timeouts(
        Duration established,
        Duration transitory,
        Duration halfOpen,
        Duration closing,
        Duration udp,
        Duration icmp) {

    private static final int FIN = 1;
    private static final int RST = 4;

    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(350),
                    Duration.ofSeconds(240),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(300),
                    Duration.ofSeconds(60));

    /**
     * How long silence is allowed, in nanoseconds.
     *
     * @param flagsOut all TCP flags seen from inside so far; 0 where none was reported
     * @param flagsIn the same from outside
     */
    long idleNanos(Protocol protocol, int flagsOut, int flagsIn) {
        return idleNanos(protocol.number(), flagsOut, flagsIn);
    }

    /** The same of a protocol by its IANA number. */
    long idleNanos(int protocol, int flagsOut, int flagsIn) {
        Duration limit =
                switch (protocol) {
                    case 6 -> tcp(flagsOut, flagsIn);
                    case 1, 58 -> icmp;
                    default -> udp;
                };
        return limit.toNanos();
    }

    /** Who has been silent for less is not idle, whatever else is known of it. */
    long shortestNanos() {
        return Collections.min(List.of(established, transitory, halfOpen, closing, udp, icmp))
                .toNanos();
    }

    private Duration tcp(int flagsOut, int flagsIn) {
        if (ended(flagsOut, flagsIn) != Ended.IDLE) {
            return closing;
        }
        if (((flagsOut | flagsIn) & FIN) != 0) {
            return transitory;
        }
        return flagsIn == 0 ? halfOpen : established;
    }

    /**
     * Whether both sides have finished it, or one has reset it: a SYN of its client is another's.
     */
    static boolean isOver(int flagsOut, int flagsIn) {
        return ended(flagsOut, flagsIn) != Ended.IDLE;
    }

    /** Whether one side has finished: the word of the other may come from a slower carrier. */
    static boolean isHalfOver(int flagsOut, int flagsIn) {
        return ((flagsOut | flagsIn) & FIN) != 0;
    }

    /** Whether a FIN or RST was seen. */
    static boolean isEnding(int flagsOut, int flagsIn) {
        return ((flagsOut | flagsIn) & (FIN | RST)) != 0;
    }

    /** How a connection with these flags ends, when it ends. Only TCP has any. */
    static Ended ended(int flagsOut, int flagsIn) {
        if (((flagsOut | flagsIn) & RST) != 0) {
            return Ended.RESET;
        }
        return (flagsOut & flagsIn & FIN) != 0 ? Ended.FINISHED : Ended.IDLE;
    }
}
