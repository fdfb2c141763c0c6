package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.ids.NodeId;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param node this node; no two nodes with one name may write into one bucket
 * @param spool directory of its own on a local disk; made where it is missing
 * @param region as objects' names show it
 * @param window aggregation window, whole seconds, at least 1
 * @param delivery delivery period, whole seconds, at least one window
 * @param spoolBytesMax when the spool is this full, its oldest files are dropped and told as
 *     SKIPDATA; at least 1 MiB
 */
public record ExportSettings(
        NodeId node,
        Path spool,
        String region,
        S3Settings s3,
        Duration window,
        Duration delivery,
        long spoolBytesMax) {

    public ExportSettings {
        if (window.toSeconds() < 1 || window.toNanosPart() != 0) {
            throw new IllegalArgumentException("window " + window + " is not whole seconds");
        }
        if (delivery.compareTo(window) < 0 || delivery.toNanosPart() != 0) {
            throw new IllegalArgumentException(
                    "delivery " + delivery + " is not whole seconds, at least one window");
        }
        if (spoolBytesMax < 1 << 20) {
            throw new IllegalArgumentException("spool of " + spoolBytesMax + " bytes");
        }
    }
}
