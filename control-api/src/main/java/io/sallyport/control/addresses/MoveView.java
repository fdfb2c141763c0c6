package io.sallyport.control.addresses;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.catalog.Nodes.Behind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far an elastic IP's move is.
 *
 * @param gatewayId to whom it goes: a gateway, or else an instance
 * @param drainUntil when a drain is over at the latest
 * @param connections those of the present owner that a drain waits for; at most 10,000 are counted
 * @param waitingFor nodes that may still send for the former owner
 */
record MoveView(
        Phase phase,
        @Nullable String gatewayId,
        ElasticIpView.@Nullable InstanceView instance,
        @Nullable String drainUntil,
        @Nullable Integer connections,
        List<Waiting> waitingFor) {

    enum Phase {
        /** The owner's connections go on; none is opened. */
        @JsonProperty("draining")
        DRAINING,
        /** The owner is the new one, and sends nothing yet. */
        @JsonProperty("switching")
        SWITCHING
    }

    /**
     * @param until when it is called dead, unless it is heard of or fenced before
     */
    record Waiting(String node, String status, String until) {

        static Waiting of(Behind behind) {
            return new Waiting(
                    behind.member().node().value(),
                    behind.member().status().name().toLowerCase(Locale.ROOT),
                    behind.until().toString());
        }
    }
}
