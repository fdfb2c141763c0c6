package io.sallyport.control.addresses;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sallyport.control.problems.Fields;
import io.sallyport.control.problems.Problem;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.VpcId;
import io.sallyport.store.catalog.CatalogCommand.Existing;
import io.sallyport.store.catalog.Resource.Owner;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is to own an elastic IP, one of the two, and what becomes of the connections that it has.
 *
 * @param existing {@code end} where it is left out
 * @param drainSeconds how long a drain may take; only with {@code drain}, and needed there
 */
record AttachmentRequest(
        @Nullable String gatewayId,
        @Nullable Instance instance,
        @Nullable Mode existing,
        @Nullable Integer drainSeconds) {

    /** A day: a drain without end would be a move that never comes. */
    private static final int DRAIN_SECONDS_MAX = 86_400;

    enum Mode {
        @JsonProperty("end")
        END,
        @JsonProperty("follow")
        FOLLOW,
        @JsonProperty("drain")
        DRAIN
    }

    /**
     * @param tunnelEndpoint its host; left out where the VPC is on plain interfaces
     */
    record Instance(
            @Nullable String vpcId,
            @Nullable String privateAddress,
            @Nullable String tunnelEndpoint,
            @Nullable String mac) {

        Owner owner() {
            return new Owner.OfInstance(
                    Fields.id("instance.vpcId", vpcId, VpcId::new),
                    Fields.address("instance.privateAddress", privateAddress),
                    Optional.ofNullable(tunnelEndpoint)
                            .map(text -> Fields.address("instance.tunnelEndpoint", text)),
                    MacAddress.parse("instance.mac", Fields.required("instance.mac", mac)));
        }
    }

    /**
     * @throws Problem where it names none or both
     */
    Owner owner() {
        if (instance == null) {
            return new Owner.OfGateway(Fields.id("gatewayId", gatewayId, GatewayId::new));
        }
        if (gatewayId != null) {
            throw Problem.invalid("gatewayId", gatewayId, "either this or instance");
        }
        return instance.owner();
    }

    Existing existing(Instant now) {
        Mode mode = existing == null ? Mode.END : existing;
        if (mode != Mode.DRAIN && drainSeconds != null) {
            throw Problem.invalid(
                    "drainSeconds", drainSeconds.toString(), "only where existing is drain");
        }
        return switch (mode) {
            case END -> new Existing.End();
            case FOLLOW -> new Existing.Follow();
            case DRAIN -> new Existing.Drain(now.plusSeconds(seconds()).toEpochMilli());
        };
    }

    private int seconds() {
        int seconds = Fields.required("drainSeconds", drainSeconds);
        if (seconds < 0 || seconds > DRAIN_SECONDS_MAX) {
            throw Problem.invalid(
                    "drainSeconds", Integer.toString(seconds), "0 to " + DRAIN_SECONDS_MAX);
        }
        return seconds;
    }
}
