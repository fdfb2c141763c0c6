package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.text.NatKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which rows of a joined Parquet file are about which ports, and where each column has them.
 * Parquet says both too, in some hundred kilobytes that are slow to read for who wants one row of
 * each of thirty files; this is a tenth of it, in the order in which it is needed.
 *
 * <pre>
 * index:   | names of the columns, a space between: text | group | group | ...
 * group:   | offset of its first byte | pages | page | page ... | lengths: text |
 * page:    | 2 * (first port + 1) + has gaps | first address: text, "" for that of the page before |
 * lengths: | of each column: | bytes of its dictionary, 0 for none | bytes of its page | ...
 * text:    | n | n bytes |
 * </pre>
 *
 * Numbers are ULEB128. The columns of a group follow each other without gaps, and have their pages
 * at the same rows.
 */
record PageIndex(List<String> columns, List<Group> groups) {

    /**
     * Rows of which the pages of all columns are about the same.
     *
     * @param first key of the first row
     * @param gaps whether a row says that records are missing
     */
    record Page(NatKey first, boolean gaps) {}

    /**
     * A row group.
     *
     * @param from offset of its first byte
     * @param lengths of what is in it
     */
    record Group(long from, List<Page> pages, ByteBuffer lengths) {}

    /** Some bytes of a file. */
    record Piece(long from, int length) {
        long until() {
            return from + length;
        }
    }

    /**
     * Pages of a column that follow each other.
     *
     * @param dictionary empty where it has none
     */
    record Chunk(Optional<Piece> dictionary, List<Piece> pages) {
        long from() {
            return dictionary.orElse(pages.getFirst()).from;
        }

        long until() {
            return pages.getLast().until();
        }
    }

    /** Pages of a group that follow each other. */
    record Run(Group group, int from, int until) {

        /** Of each column, in their order. */
        List<Chunk> chunks(int columns) {
            ByteBuffer lengths = group.lengths.duplicate();
            List<Chunk> chunks = new ArrayList<>();
            long at = group.from;
            for (int column = 0; column < columns; column++) {
                Piece dictionary = piece(at, lengths);
                at = dictionary.until();
                List<Piece> pages = new ArrayList<>();
                for (int page = 0; page < group.pages.size(); page++) {
                    Piece next = piece(at, lengths);
                    at = next.until();
                    if (page >= from && page < until) {
                        pages.add(next);
                    }
                }
                chunks.add(new Chunk(Optional.of(dictionary).filter(it -> it.length > 0), pages));
            }
            return chunks;
        }

        private static Piece piece(long at, ByteBuffer lengths) {
            return new Piece(at, Math.toIntExact(Numbers.read(lengths)));
        }
    }

    /** What may hold rows of that key, or say that records are missing; in the file's order. */
    List<Run> holding(NatKey key) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            int from = 0;
            for (int page = 0; page < group.pages.size(); page++) {
                boolean last = page + 1 == group.pages.size();
                Optional<NatKey> next =
                        !last
                                ? Optional.of(group.pages.get(page + 1).first)
                                : i + 1 == groups.size()
                                        ? Optional.empty()
                                        : Optional.of(groups.get(i + 1).pages.getFirst().first);
                boolean wanted = holds(group.pages.get(page), next, key);
                if (!wanted || last) {
                    int until = wanted ? page + 1 : page;
                    if (until > from) {
                        runs.add(new Run(group, from, until));
                    }
                    from = page + 1;
                }
            }
        }
        return runs;
    }

    private static boolean holds(Page page, Optional<NatKey> next, NatKey key) {
        return page.gaps
                || (NatKey.ORDER.compare(page.first, key) <= 0
                        && next.map(it -> NatKey.ORDER.compare(key, it) <= 0).orElse(true));
    }

    /**
     * @throws BufferUnderflowException where it is none
     */
    static PageIndex decode(ByteBuffer in) {
        byte[] names = bytes(in);
        List<Group> groups = new ArrayList<>();
        NatKey before = NatKey.of("", NatKey.NO_PORT);
        while (in.hasRemaining()) {
            long from = Numbers.read(in);
            long count = Numbers.read(in);
            List<Page> pages = new ArrayList<>();
            for (long page = 0; page < count; page++) {
                long portAndGaps = Numbers.read(in);
                byte[] address = bytes(in);
                int port = (int) (portAndGaps >> 1) - 1;
                before =
                        address.length == 0
                                ? before.withPort(port)
                                : new NatKey(address, 0, address.length, port);
                pages.add(new Page(before, (portAndGaps & 1) != 0));
            }
            int length = length(in);
            groups.add(new Group(from, pages, in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
        return new PageIndex(List.of(new String(names, StandardCharsets.UTF_8).split(" ")), groups);
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[length(in)];
        in.get(bytes);
        return bytes;
    }

    private static int length(ByteBuffer in) {
        long length = Numbers.read(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }
}
