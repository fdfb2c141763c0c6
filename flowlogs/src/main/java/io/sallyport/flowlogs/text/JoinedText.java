package io.sallyport.flowlogs.text;

import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.text.MemberIndex.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Joined lines in gzip, of which those about one port are found without reading the others: in the
 * order of elastic IP and port, in members of some hundred lines, with an index behind them. To
 * everybody else it is a gzip file like others, as bgzip's are.
 */
public final class JoinedText {

    /** Of a member's text: smaller ones would compress worse, larger ones are read in vain. */
    private static final int MEMBER_BYTES = 1 << 17;

    /** Read at once; more, as a tenant may write, goes through memory piece by piece. */
    private static final int RANGE_BYTES_MAX = 1 << 22;

    private static final BytePattern GAP = new BytePattern(" SKIPDATA\n");

    private JoinedText() {}

    /**
     * The same bytes for the same text.
     *
     * @param text a header line, then lines of the joined format
     */
    public static byte[] gzip(byte[] text) throws IOException {
        List<TextLine> lines = NatOrder.sorted(TextLine.of(text));
        int memberBytes = Math.max(MEMBER_BYTES, 2 * (text.length / MemberIndex.MEMBERS_MAX));
        ByteArrayOutputStream file = new ByteArrayOutputStream(text.length / 4 + 64);
        List<Member> members = new ArrayList<>();
        ByteArrayOutputStream one = new ByteArrayOutputStream(memberBytes + 1024);
        one.writeBytes((JoinedFormat.INSTANCE.header() + "\n").getBytes(StandardCharsets.UTF_8));
        NatKey first = NatKey.of("", NatKey.NO_PORT);
        for (TextLine line : lines) {
            if (one.size() + line.length() >= memberBytes) {
                members.add(member(file, one, first));
                first = NatKey.of(line);
                one.reset();
            }
            one.write(line.text(), line.start(), line.length());
            one.write('\n');
        }
        members.add(member(file, one, first));
        file.writeBytes(new MemberIndex(members).encode());
        return file.toByteArray();
    }

    private static Member member(
            ByteArrayOutputStream file, ByteArrayOutputStream lines, NatKey first)
            throws IOException {
        byte[] text = lines.toByteArray();
        int before = file.size();
        try (GZIPOutputStream out = new GZIPOutputStream(file)) {
            out.write(text);
        }
        return new Member(file.size() - before, GAP.next(text, 0, text.length) >= 0, first);
    }

    /**
     * Gives the lines about an elastic IP's port, and those that say that records are missing. Of a
     * file without an index, such as nodes wrote before there was one, all is looked through.
     *
     * @param out may be given other lines too
     */
    public static void read(StoredBytes file, String eip, int port, Consumer<String> out)
            throws IOException {
        List<BytePattern> words = words(eip, port);
        int tailBytes = (int) Math.min(file.length(), MemberIndex.TAIL_BYTES);
        byte[] tail = file.read(file.length() - tailBytes, tailBytes);
        Optional<MemberIndex> index = MemberIndex.find(tail, file.length());
        if (tailBytes == file.length()) {
            GzipScan.read(new ByteArrayInputStream(tail), words, out);
        } else if (index.isEmpty()) {
            GzipScan.read(new StoredStream(file), words, out);
        } else {
            List<MemberIndex.Range> ranges = index.get().holding(NatKey.of(eip, port));
            if (ranges.stream().anyMatch(range -> range.length() > RANGE_BYTES_MAX)) {
                GzipScan.read(new StoredStream(file), words, out);
                return;
            }
            for (MemberIndex.Range range : ranges) {
                byte[] members = file.read(range.from(), range.length());
                GzipScan.read(new ByteArrayInputStream(members), words, out);
            }
        }
    }

    /** What lines hold that {@link #read} gives. */
    public static List<BytePattern> words(String eip, int port) {
        return List.of(new BytePattern(" " + eip + " " + port + " "), new BytePattern(" SKIPDATA"));
    }
}
