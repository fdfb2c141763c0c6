package io.sallyport.gateway.peers;

import io.sallyport.ids.GatewayId;

/**
 * A window in which a node saw nothing of a gateway.
 *
 * @param minutes which windows, 0 to 255
 * @param sinceSeconds Unix time at which the window began, or since when the node was looking
 * @param endSeconds the window's last second
 */
public record IdleWindow(int minutes, GatewayId gateway, long sinceSeconds, long endSeconds) {}
