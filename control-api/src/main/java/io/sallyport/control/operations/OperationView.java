package io.sallyport.control.operations;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.catalog.Nodes.Behind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far an operation is.
 *
 * @param error why it will never be done; null unless it is cancelled
 */
record OperationView(
        String id,
        Kind kind,
        String resourceId,
        State state,
        @Nullable Progress progress,
        @Nullable Failure error) {

    enum Kind {
        @JsonProperty("create-gateway")
        CREATE_GATEWAY,
        @JsonProperty("delete-gateway")
        DELETE_GATEWAY,
        @JsonProperty("move-elastic-ip")
        MOVE_ELASTIC_IP
    }

    enum State {
        @JsonProperty("running")
        RUNNING,
        @JsonProperty("succeeded")
        SUCCEEDED,
        /** Something else was asked for since, so it is not known whether it was done before. */
        @JsonProperty("cancelled")
        CANCELLED
    }

    enum Phase {
        /** Connections of the address's owner go on; none is opened. */
        @JsonProperty("draining")
        DRAINING,
        /** Nodes have still to obey. */
        @JsonProperty("applying")
        APPLYING
    }

    /**
     * What it waits for.
     *
     * @param connectionsLeft those that a drain waits for; at most 10,000 are counted
     * @param drainUntil when a drain is over at the latest
     * @param waitingFor nodes that do not obey it yet
     */
    record Progress(
            Phase phase,
            @Nullable Integer connectionsLeft,
            @Nullable String drainUntil,
            List<WaitingNode> waitingFor) {

        static Progress applying(List<Behind> nodes) {
            return new Progress(
                    Phase.APPLYING, null, null, nodes.stream().map(WaitingNode::of).toList());
        }
    }

    /**
     * @param until when it is called dead, unless it is heard of or fenced before
     */
    record WaitingNode(String node, String status, String until) {

        static WaitingNode of(Behind behind) {
            return new WaitingNode(
                    behind.member().node().value(),
                    behind.member().status().name().toLowerCase(Locale.ROOT),
                    behind.until().toString());
        }
    }

    record Failure(String code, String detail) {}
}
