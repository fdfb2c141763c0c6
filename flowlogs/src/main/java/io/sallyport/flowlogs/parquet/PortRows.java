package io.sallyport.flowlogs.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import io.sallyport.flowlogs.text.NatKey;
import io.sallyport.flowlogs.text.StoredBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Rows of a joined Parquet file about one elastic IP's port: two requests a file, and of each
 * column a page is decoded. A file without a {@link PageIndex} is read by what Parquet itself says
 * of it.
 */
public final class PortRows {

    /** Of one group of rows; ours have less than a megabyte. More is not read. */
    private static final int GROUP_BYTES_MAX = 1 << 22;

    private static final String ADDRESS = "nat-addr";
    private static final String PORT = "nat-port";
    private static final String STATUS = "log-status";
    private static final String MISSING = "SKIPDATA";

    private PortRows() {}

    /**
     * Gives the rows about that port, and those that say that records are missing.
     *
     * @param columns of the result, by name in text objects, of the joined format; those that the
     *     file lacks are "-"
     * @param out is given the values as text, null as "-"
     * @throws IOException where the file cannot be read, or is no such file
     */
    public static void read(
            StoredBytes file, List<String> columns, String eip, int port, Consumer<String[]> out)
            throws IOException {
        KnownTail known = new KnownTail(file, FooterExtension.TAIL_BYTES);
        Optional<ByteBuffer> content = FooterExtension.find(known);
        if (content.isEmpty()) {
            ParquetRows.read(
                    file,
                    columns,
                    List.of(Map.of(ADDRESS, eip, PORT, port), Map.of(STATUS, MISSING)),
                    out);
            return;
        }
        try (ZstdDecompressCtx zstd = new ZstdDecompressCtx()) {
            PageIndex index = PageIndex.decode(content.get());
            for (PageIndex.Run run : index.holding(NatKey.of(eip, port))) {
                Map<String, Cells> cells = cells(known, index, run, columns, zstd);
                give(cells, columns, eip, Integer.toString(port), out);
            }
        } catch (RuntimeException e) { // what decoders say to bytes that are no pages
            throw new IOException("not a Parquet file of flow logs: " + e.getMessage(), e);
        }
    }

    private static Map<String, Cells> cells(
            StoredBytes file,
            PageIndex index,
            PageIndex.Run run,
            List<String> columns,
            ZstdDecompressCtx zstd)
            throws IOException {
        List<String> names = index.columns();
        List<PageIndex.Chunk> chunks = run.chunks(names.size());
        long from = chunks.getFirst().from();
        long until = chunks.getLast().until();
        if (from < 0 || until > file.length() || until - from > GROUP_BYTES_MAX) {
            throw new IOException("an index of something else");
        }
        PackedPages packed = new PackedPages(file.read(from, (int) (until - from)), from, zstd);
        Set<String> wanted = new LinkedHashSet<>(columns);
        wanted.addAll(List.of(ADDRESS, PORT, STATUS));
        wanted.retainAll(names);
        Map<String, Cells> cells = new TreeMap<>();
        for (String name : wanted) {
            cells.put(
                    name,
                    new Cells(name, new ColumnPages(packed, chunks.get(names.indexOf(name)))));
        }
        return cells;
    }

    private static void give(
            Map<String, Cells> cells,
            List<String> columns,
            String eip,
            String port,
            Consumer<String[]> out)
            throws IOException {
        Cells address = cells.get(ADDRESS);
        Cells natPort = cells.get(PORT);
        Cells status = cells.get(STATUS);
        if (address == null || natPort == null || status == null) {
            throw new IOException("not a Parquet file of joined records");
        }
        for (long row = 0; row < status.rows(); row++) {
            if ((address.text().equals(eip) && natPort.text().equals(port))
                    || status.text().equals(MISSING)) {
                String[] values = new String[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    Cells column = cells.get(columns.get(i));
                    values[i] = column == null ? "-" : column.text();
                }
                out.accept(values);
            }
            cells.values().forEach(Cells::next);
        }
    }
}
