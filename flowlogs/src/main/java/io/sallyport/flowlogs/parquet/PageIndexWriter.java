package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.text.BytePattern;
import io.sallyport.flowlogs.text.NatKey;
import io.sallyport.flowlogs.text.TextLine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/** Makes the {@link PageIndex} of a file, from what Parquet says of it. */
final class PageIndexWriter {

    private static final BytePattern GAP = new BytePattern(" SKIPDATA");

    private PageIndexWriter() {}

    /**
     * The index of a file.
     *
     * @param lines its rows
     * @return empty where it is not laid out as an index can say
     */
    static Optional<byte[]> of(byte[] file, String columns, List<TextLine> lines)
            throws IOException {
        int footer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(file.length - 8);
        FileMetaData said =
                Util.readFileMetaData(
                        new ByteArrayInputStream(file, file.length - 8 - footer, footer));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, columns.getBytes(StandardCharsets.UTF_8));
        int row = 0;
        NatKey before = NatKey.of("", NatKey.NO_PORT);
        for (RowGroup group : said.getRow_groups()) {
            List<List<PageLocation>> pages = new ArrayList<>();
            for (ColumnChunk column : group.getColumns()) {
                pages.add(pages(file, column));
            }
            Optional<byte[]> lengths = lengths(group, pages);
            if (lengths.isEmpty()) {
                return Optional.empty();
            }
            Numbers.write(out, from(group.getColumns().getFirst().getMeta_data()));
            Numbers.write(out, pages.getFirst().size());
            for (int page = 0; page < pages.getFirst().size(); page++) {
                int first = row + rowOf(pages.getFirst(), page, group);
                int until = row + rowOf(pages.getFirst(), page + 1, group);
                before = page(out, lines.subList(first, until), before);
            }
            text(out, lengths.get());
            row += (int) group.getNum_rows();
        }
        return Optional.of(out.toByteArray());
    }

    private static List<PageLocation> pages(byte[] file, ColumnChunk column) throws IOException {
        return Util.readOffsetIndex(
                        new ByteArrayInputStream(
                                file,
                                (int) column.getOffset_index_offset(),
                                column.getOffset_index_length()))
                .getPage_locations();
    }

    /**
     * Of the page's first row in its group; of the page behind the last, how many rows there are.
     */
    private static int rowOf(List<PageLocation> pages, int page, RowGroup group) {
        return (int)
                (page < pages.size() ? pages.get(page).getFirst_row_index() : group.getNum_rows());
    }

    private static NatKey page(ByteArrayOutputStream out, List<TextLine> rows, NatKey before) {
        NatKey first = NatKey.of(rows.getFirst());
        boolean gaps = rows.stream().anyMatch(it -> GAP.next(it.text(), it.start(), it.end()) >= 0);
        Numbers.write(out, 2L * (first.port() + 1) + (gaps ? 1 : 0));
        text(out, first.hasAddressOf(before) ? new byte[0] : first.address());
        return first;
    }

    private static Optional<byte[]> lengths(RowGroup group, List<List<PageLocation>> columns) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long at = from(group.getColumns().getFirst().getMeta_data());
        for (int i = 0; i < columns.size(); i++) {
            ColumnMetaData column = group.getColumns().get(i).getMeta_data();
            List<PageLocation> pages = columns.get(i);
            if (from(column) != at || pages.size() != columns.getFirst().size()) {
                return Optional.empty();
            }
            Numbers.write(out, pages.getFirst().getOffset() - at);
            at = pages.getFirst().getOffset();
            for (int page = 0; page < pages.size(); page++) {
                PageLocation location = pages.get(page);
                if (location.getOffset() != at
                        || location.getFirst_row_index()
                                != columns.getFirst().get(page).getFirst_row_index()) {
                    return Optional.empty();
                }
                Numbers.write(out, location.getCompressed_page_size());
                at += location.getCompressed_page_size();
            }
        }
        return Optional.of(out.toByteArray());
    }

    private static long from(ColumnMetaData column) {
        return column.isSetDictionary_page_offset() && column.getDictionary_page_offset() > 0
                ? column.getDictionary_page_offset()
                : column.getData_page_offset();
    }

    private static void text(ByteArrayOutputStream out, byte[] text) {
        Numbers.write(out, text.length);
        out.writeBytes(text);
    }
}
