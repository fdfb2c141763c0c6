package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.parquet.ParquetLines;
import io.sallyport.flowlogs.text.JoinedText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;

/** What an object holds. The same bytes for the same text, always: a retry overwrites itself. */
final class ObjectContent {

    private ObjectContent() {}

    /**
     * @param text the header line, then the lines
     * @throws IOException where the lines are not of the format that the header names
     */
    static byte[] of(SegmentHeader header, byte[] text) throws IOException {
        return switch (header.destination().format()) {
            case PLAIN_TEXT ->
                    header.format() instanceof JoinedFormat ? JoinedText.gzip(text) : gzip(text);
            case PARQUET -> ParquetLines.of(header.format(), text);
        };
    }

    /** Java writes neither time nor name into the header. */
    private static byte[] gzip(byte[] text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text);
        }
        return bytes.toByteArray();
    }
}
