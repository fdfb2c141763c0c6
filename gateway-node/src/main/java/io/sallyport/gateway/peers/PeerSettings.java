package io.sallyport.gateway.peers;

import io.sallyport.ids.NodeId;
import io.sallyport.net.Endpoint;

/**
 * What a node is called and where its peers reach it.
 *
 * @param clusterId keys the choice of keepers; peers of another cluster are refused
 * @param machine machine id and boot id joined: what a restart has in common with its former self
 * @param peers where it listens for other gateway nodes (TCP)
 * @param management where its metrics are read; only told to the store
 */
public record PeerSettings(
        String clusterId,
        NodeId node,
        String machine,
        Endpoint peers,
        Endpoint management,
        Tuning tuning) {}
