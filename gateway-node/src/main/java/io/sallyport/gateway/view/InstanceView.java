package io.sallyport.gateway.view;

import io.sallyport.net.IpAddress;
import java.util.Optional;

/**
 * An instance that has an elastic IP to itself, as packets see it.
 *
 * @param vpc the VPC's number
 * @param tunnelEndpoint its host on the underlay; empty on a plain interface
 * @param mac its own, in the low 48 bits
 * @param open false: nothing yet, somebody may still send for the address's former owner
 */
public record InstanceView(
        IpAddress eip,
        int vpc,
        IpAddress privateAddress,
        Optional<IpAddress> tunnelEndpoint,
        long mac,
        boolean open) {}
