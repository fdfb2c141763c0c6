package io.sallyport.flowlogs.format;

import static io.sallyport.flowlogs.format.ColumnType.INT_32;
import static io.sallyport.flowlogs.format.ColumnType.INT_64;
import static io.sallyport.flowlogs.format.ColumnType.STRING;

import io.sallyport.flowlogs.record.FlowRecord;
import io.sallyport.flowlogs.record.FlowRecord.Traffic;
import io.sallyport.flowlogs.record.Tuple;
import io.sallyport.flowlogs.record.Watched;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Inside and outside of a connection in one line, which AWS' formats cannot say: one line for each
 * direction, window and node, and one without packets where a connection ends in silence.
 */
public final class JoinedFormat implements RecordFormat {

    public static final JoinedFormat INSTANCE = new JoinedFormat();

    /** Of the lines: a number for readers. */
    private static final String VERSION = "1";

    private static final List<Column> COLUMNS =
            List.of(
                    new Column("version", INT_32),
                    new Column("account-id", STRING),
                    new Column("vpc-id", STRING),
                    new Column("gateway-id", STRING),
                    new Column("node-id", STRING),
                    new Column("direction", STRING),
                    new Column("protocol", INT_32),
                    new Column("client-addr", STRING),
                    new Column("client-port", INT_32),
                    new Column("nat-addr", STRING),
                    new Column("nat-port", INT_32),
                    new Column("remote-addr", STRING),
                    new Column("remote-port", INT_32),
                    new Column("packets", INT_64),
                    new Column("bytes", INT_64),
                    new Column("start", INT_64),
                    new Column("end", INT_64),
                    new Column("first-ms", INT_64),
                    new Column("last-ms", INT_64),
                    new Column("opened-ms", INT_64),
                    new Column("tcp-flags", INT_32),
                    new Column("action", STRING),
                    new Column("drop-reason", INT_32),
                    new Column("ended", STRING),
                    new Column("log-status", STRING));

    private JoinedFormat() {}

    @Override
    public String text() {
        return JOINED;
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    /** Where a column is in a line. */
    public static int indexOf(String name) {
        for (int i = 0; i < COLUMNS.size(); i++) {
            if (COLUMNS.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no column " + name);
    }

    @Override
    public void lines(FlowRecord record, Origin origin, Consumer<String> out) {
        Watched at = record.at();
        Line line =
                new Line()
                        .add(VERSION)
                        .add(at.account())
                        .add(at.vpc())
                        .add(at.gateway())
                        .add(origin.node());
        switch (record) {
            case Traffic traffic -> traffic(line, traffic);
            case FlowRecord.NoData _, FlowRecord.SkipData _ ->
                    line.nothing(10).add(record.startSeconds()).add(record.endSeconds()).nothing(7);
        }
        out.accept(line.add(Shown.status(record)).toString());
    }

    private static void traffic(Line line, Traffic traffic) {
        Tuple tuple = traffic.tuple();
        line.add(traffic.outward() ? "out" : "in")
                .add(tuple.protocol().number())
                .end(tuple.client(), tuple.clientPort())
                .end(tuple.eip(), tuple.natPort())
                .end(tuple.remote(), tuple.remotePort())
                .add(traffic.packets())
                .add(traffic.bytes())
                .add(traffic.startSeconds())
                .add(traffic.endSeconds())
                .add(traffic.firstMillis())
                .add(traffic.lastMillis())
                .add(traffic.openedMillis() == 0 ? Shown.NOTHING : traffic.openedMillis())
                .add(traffic.tcpFlags())
                .add(traffic.action())
                .add(traffic.reason() == 0 ? Shown.NOTHING : traffic.reason())
                .add(traffic.ended().text());
    }

    /** Values with one space between. */
    private static final class Line {
        private final StringBuilder text = new StringBuilder(256);

        Line add(Object value) {
            if (!text.isEmpty()) {
                text.append(' ');
            }
            text.append(value);
            return this;
        }

        Line end(Optional<?> address, int port) {
            return address.isPresent() ? add(address.get()).add(port) : nothing(2);
        }

        Line nothing(int times) {
            for (int i = 0; i < times; i++) {
                add(Shown.NOTHING);
            }
            return this;
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
