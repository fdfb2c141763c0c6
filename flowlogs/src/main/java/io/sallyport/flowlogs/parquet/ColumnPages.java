package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.parquet.PackedPages.Page;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/** Some pages of a column of a file of ours, as Parquet's decoders take them. One thread. */
final class ColumnPages implements PageReader {

    /** No group of ours has more rows. */
    private static final int VALUES_MAX = 1 << 16;

    private final @Nullable DictionaryPage dictionary;
    private final Deque<DataPage> pages = new ArrayDeque<>();
    private long values;

    /**
     * @throws IOException where they are not there
     */
    ColumnPages(PackedPages packed, PageIndex.Chunk chunk) throws IOException {
        dictionary =
                chunk.dictionary().isEmpty()
                        ? null
                        : dictionary(
                                packed.unpack(chunk.dictionary().get(), PageType.DICTIONARY_PAGE));
        for (PageIndex.Piece piece : chunk.pages()) {
            DataPage page = data(packed.unpack(piece, PageType.DATA_PAGE));
            values += page.getValueCount();
            if (page.getValueCount() < 0 || values > VALUES_MAX) {
                throw new IOException("more rows than any group of ours has");
            }
            pages.add(page);
        }
    }

    private static DictionaryPage dictionary(Page page) {
        DictionaryPageHeader header = page.header().getDictionary_page_header();
        return new DictionaryPage(
                page.content(), header.getNum_values(), encoding(header.getEncoding()));
    }

    private static DataPage data(Page page) {
        DataPageHeader header = page.header().getData_page_header();
        return new DataPageV1(
                page.content(),
                header.getNum_values(),
                page.header().getUncompressed_page_size(),
                (Statistics<?>) null,
                encoding(header.getRepetition_level_encoding()),
                encoding(header.getDefinition_level_encoding()),
                encoding(header.getEncoding()));
    }

    private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
        return Encoding.valueOf(encoding.name());
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    public long getTotalValueCount() {
        return values;
    }

    @Override
    public @Nullable DataPage readPage() {
        return pages.poll();
    }
}
