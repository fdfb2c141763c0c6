package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.record.Ended;
import io.sallyport.net.IpAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What one joined record says of a connection. Times are Unix milliseconds.
 *
 * @param openedMillis since when that node forwarded it
 * @param ended {@link Ended#NOT} where it went on
 */
record Sighting(
        String vpc,
        String gateway,
        String node,
        int protocol,
        IpAddress client,
        int clientPort,
        IpAddress eip,
        int natPort,
        IpAddress remote,
        int remotePort,
        long firstMillis,
        long lastMillis,
        long openedMillis,
        Ended ended) {

    /** A time of which records are missing, in Unix seconds. */
    record Missing(String gateway, String node, long startSeconds, long endSeconds) {}

    /** The columns that are read, in the order of {@link #of}. */
    static final List<String> COLUMNS =
            List.of(
                    "vpc-id",
                    "gateway-id",
                    "node-id",
                    "protocol",
                    "client-addr",
                    "client-port",
                    "nat-addr",
                    "nat-port",
                    "remote-addr",
                    "remote-port",
                    "first-ms",
                    "last-ms",
                    "opened-ms",
                    "ended",
                    "action",
                    "start",
                    "end",
                    "log-status");

    private static final int[] IN_LINE = COLUMNS.stream().mapToInt(JoinedFormat::indexOf).toArray();

    private static final int ACTION = 14;
    private static final int START = 15;
    private static final int END = 16;
    private static final int STATUS = 17;

    /** The values of {@link #COLUMNS} in a line of the joined format. */
    static String[] values(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != JoinedFormat.INSTANCE.columns().size()) {
            throw new IllegalArgumentException("not a joined record: " + line);
        }
        String[] values = new String[IN_LINE.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = words[IN_LINE[i]];
        }
        return values;
    }

    /** Empty where it is no connection's: silence, a gap, what was refused. */
    static Optional<Sighting> of(String[] values) {
        if (!values[STATUS].equals("OK") || !values[ACTION].equals("ACCEPT")) {
            return Optional.empty();
        }
        return Optional.of(
                new Sighting(
                        values[0],
                        values[1],
                        values[2],
                        Integer.parseInt(values[3]),
                        IpAddress.parse(values[4]),
                        Integer.parseInt(values[5]),
                        IpAddress.parse(values[6]),
                        Integer.parseInt(values[7]),
                        IpAddress.parse(values[8]),
                        Integer.parseInt(values[9]),
                        Long.parseLong(values[10]),
                        Long.parseLong(values[11]),
                        values[12].equals("-")
                                ? Long.parseLong(values[10])
                                : Long.parseLong(values[12]),
                        values[13].equals("-")
                                ? Ended.NOT
                                : Ended.valueOf(values[13].toUpperCase(Locale.ROOT))));
    }

    static Optional<Missing> missing(String[] values) {
        return values[STATUS].equals("SKIPDATA")
                ? Optional.of(
                        new Missing(
                                values[1],
                                values[2],
                                Long.parseLong(values[START]),
                                Long.parseLong(values[END])))
                : Optional.empty();
    }

    /** The connection, as far as tuples tell connections apart. */
    Key key() {
        return new Key(vpc, protocol, client, clientPort, remote, remotePort);
    }

    record Key(
            String vpc,
            int protocol,
            IpAddress client,
            int clientPort,
            IpAddress remote,
            int remotePort) {}
}
