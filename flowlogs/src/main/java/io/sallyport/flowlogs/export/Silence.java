package io.sallyport.flowlogs.export;

import io.sallyport.ids.GatewayId;

/**
 * Nothing of a gateway in a window.
 *
 * @param minutes 1 or 10: which windows
 * @param startSeconds Unix time at which the window began, or since when the gateway was looked at
 * @param endSeconds the window's last second
 */
public record Silence(int minutes, GatewayId gateway, long startSeconds, long endSeconds) {}
