package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.format.JoinedFormat;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Joined lines by elastic IP (as text, as Parquet compares it) and port; else as they were. */
final class NatOrder {

    private static final int ADDRESS = JoinedFormat.indexOf("nat-addr");

    private static final Comparator<Keyed> ORDER =
            ((Comparator<Keyed>) NatOrder::compareAddresses).thenComparingInt(Keyed::port);

    private record Keyed(ParquetLines.Line line, int start, int end, int port) {}

    private NatOrder() {}

    static List<ParquetLines.Line> sorted(List<ParquetLines.Line> lines) {
        Keyed[] keyed = lines.stream().map(NatOrder::keyed).toArray(Keyed[]::new);
        Arrays.sort(keyed, ORDER);
        return Arrays.stream(keyed).map(Keyed::line).toList();
    }

    /** The port of a line that has none is -1. */
    private static Keyed keyed(ParquetLines.Line line) {
        int start = line.start();
        for (int i = 0; i < ADDRESS; i++) {
            start = Math.min(end(line, start) + 1, line.end());
        }
        int end = end(line, start);
        int at = Math.min(end + 1, line.end());
        int port = -1;
        while (at < line.end() && line.text()[at] >= '0' && line.text()[at] <= '9') {
            port = Math.max(port, 0) * 10 + line.text()[at] - '0';
            at++;
        }
        return new Keyed(line, start, end, port);
    }

    private static int end(ParquetLines.Line line, int from) {
        int at = from;
        while (at < line.end() && line.text()[at] != ' ') {
            at++;
        }
        return at;
    }

    private static int compareAddresses(Keyed one, Keyed other) {
        return Arrays.compareUnsigned(
                one.line.text(), one.start, one.end, other.line.text(), other.start, other.end);
    }
}
