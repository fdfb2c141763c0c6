package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.Limits;
import io.sallyport.flowlogs.format.Column;
import io.sallyport.flowlogs.format.ColumnType;
import io.sallyport.flowlogs.format.JoinedFormat;
import io.sallyport.flowlogs.format.RecordFormat;
import io.sallyport.flowlogs.text.NatOrder;
import io.sallyport.flowlogs.text.TextLine;
import java.io.IOException;
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
        List<TextLine> lines = TextLine.of(text);
        Builder builder = new Builder(file, format.columns());
        if (format instanceof JoinedFormat) {
            lines = NatOrder.sorted(lines);
            builder.toBeLookedInto();
        }
        try {
            write(builder, lines);
        } catch (ParquetRuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
        return format instanceof JoinedFormat ? indexed(file.bytes(), lines) : file.bytes();
    }

    private static byte[] indexed(byte[] file, List<TextLine> lines) throws IOException {
        return PageIndexWriter.of(file, JoinedFormat.INSTANCE.header(), lines)
                .map(index -> FooterExtension.append(file, index))
                .orElse(file);
    }

    private static void write(Builder builder, List<TextLine> lines) throws IOException {
        try (ParquetWriter<TextLine> writer = builder.build()) {
            for (TextLine line : lines) {
                writer.write(line);
            }
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

    private static final class Builder extends ParquetWriter.Builder<TextLine, Builder> {
        private final List<Column> columns;

        Builder(OutputFile file, List<Column> columns) {
            super(file);
            this.columns = columns;
            withConf(new PlainParquetConfiguration());
            withCompressionCodec(CompressionCodecName.ZSTD);
        }

        /**
         * Who asks for one port decodes a page of each column of a group, so pages are small. A
         * dictionary is worth its reading only where it is short.
         */
        void toBeLookedInto() {
            withRowGroupRowCountLimit(Limits.ROWS_TOGETHER);
            withPageRowCountLimit(Limits.ROWS_OF_A_PAGE);
            withSizeStatisticsEnabled(false);
            for (Column column : columns) {
                withDictionaryEncoding(column.parquetName(), column.type() == ColumnType.STRING);
            }
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<TextLine> getWriteSupport(Configuration configuration) {
            return new LineSupport(columns);
        }

        @Override
        protected WriteSupport<TextLine> getWriteSupport(ParquetConfiguration configuration) {
            return new LineSupport(columns);
        }
    }
}
