package io.sallyport.flowlogs.format;

import io.sallyport.flowlogs.record.FlowRecord;

/** AWS' default format (version 2): fields in fixed order, one space between, no line end. */
public final class DefaultFormat {

    /** First line of every text object. */
    public static final String HEADER =
            "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes"
                    + " start end action log-status";

    private DefaultFormat() {}

    public static String line(FlowRecord record) {
        StringBuilder line =
                new StringBuilder(128)
                        .append("2 ")
                        .append(record.account())
                        .append(' ')
                        .append(record.networkInterface())
                        .append(' ');
        switch (record) {
            case FlowRecord.Traffic traffic -> appendTraffic(line, traffic);
            case FlowRecord.NoData _ -> appendWithoutTraffic(line, record, "NODATA");
            case FlowRecord.SkipData _ -> appendWithoutTraffic(line, record, "SKIPDATA");
        }
        return line.toString();
    }

    private static void appendTraffic(StringBuilder line, FlowRecord.Traffic traffic) {
        line.append(traffic.source())
                .append(' ')
                .append(traffic.target())
                .append(' ')
                .append(traffic.sourcePort())
                .append(' ')
                .append(traffic.targetPort())
                .append(' ')
                .append(traffic.protocol().number())
                .append(' ')
                .append(traffic.packets())
                .append(' ')
                .append(traffic.bytes())
                .append(' ')
                .append(traffic.startSeconds())
                .append(' ')
                .append(traffic.endSeconds())
                .append(' ')
                .append(traffic.action())
                .append(" OK");
    }

    private static void appendWithoutTraffic(
            StringBuilder line, FlowRecord record, String logStatus) {
        line.append("- - - - - - - ")
                .append(record.startSeconds())
                .append(' ')
                .append(record.endSeconds())
                .append(" - ")
                .append(logStatus);
    }
}
