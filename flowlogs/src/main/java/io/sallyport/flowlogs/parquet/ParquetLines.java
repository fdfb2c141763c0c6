package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.Column;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Lines of text to a Parquet file with AWS's types, ZSTD within. A number that is "-" is null; text
 * that is "-" stays so, as AWS has it. Joined lines are in the order of elastic IP and port, so
 * that whoever looks for one reads a small part of the file.
 */
public final class ParquetLines {

    private ParquetLines() {}

    /**
     * The same bytes for the same text.
     *
     * @param text a header line, which is passed over, then lines of the format
     * @throws IOException where a line is not of the format
     */
    public static byte[] of(RecordFormat format, byte[] text) throws IOException {
        MemoryFile file = new MemoryFile(text.length / 4);
        List<Line> lines = lines(text);
        Builder builder = new Builder(file, format.columns());
        if (format instanceof JoinedFormat) {
            lines = NatOrder.sorted(lines);
            builder.withRowGroupRowCountLimit(Limits.ROWS_TOGETHER);
        }
        try {
            write(builder, lines);
        } catch (ParquetRuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
        return file.bytes();
    }

    private static void write(Builder builder, List<Line> lines) throws IOException {
        try (ParquetWriter<Line> writer = builder.build()) {
            for (Line line : lines) {
                writer.write(line);
            }
        }
    }

    private static List<Line> lines(byte[] text) {
        List<Line> lines = new ArrayList<>();
        int start = end(text, 0) + 1;
        while (start < text.length) {
            int end = end(text, start);
            lines.add(new Line(text, start, end));
            start = end + 1;
        }
        return lines;
    }

    private static int end(byte[] text, int from) {
        int at = from;
        while (at < text.length && text[at] != '\n') {
            at++;
        }
        return at;
    }

    /** From {@code start} to before {@code end}. */
    record Line(byte[] text, int start, int end) {
        @Override
        public String toString() {
            return new String(text, start, end - start, StandardCharsets.UTF_8);
        }
    }

    static MessageType schema(List<Column> columns) {
        return new MessageType("flow_log", columns.stream().<Type>map(ParquetLines::type).toList());
    }

    private static Type type(Column column) {
        return switch (column.type()) {
            case INT_32 ->
                    Types.optional(PrimitiveTypeName.INT32)
                            .as(LogicalTypeAnnotation.intType(Integer.SIZE, true))
                            .named(column.parquetName());
            case INT_64 ->
                    Types.optional(PrimitiveTypeName.INT64)
                            .as(LogicalTypeAnnotation.intType(Long.SIZE, true))
                            .named(column.parquetName());
            case STRING ->
                    Types.optional(PrimitiveTypeName.BINARY)
                            .as(LogicalTypeAnnotation.stringType())
                            .named(column.parquetName());
        };
    }

    private static final class Builder extends ParquetWriter.Builder<Line, Builder> {
        private final List<Column> columns;

        Builder(OutputFile file, List<Column> columns) {
            super(file);
            this.columns = columns;
            withConf(new PlainParquetConfiguration());
            withCompressionCodec(CompressionCodecName.ZSTD);
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<Line> getWriteSupport(Configuration configuration) {
            return new LineSupport(columns);
        }

        @Override
        protected WriteSupport<Line> getWriteSupport(ParquetConfiguration configuration) {
            return new LineSupport(columns);
        }
    }
}
