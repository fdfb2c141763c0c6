package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.format.Column;
import io.sallyport.flowlogs.format.ColumnType;
import io.sallyport.flowlogs.text.TextLine;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.ParquetEncodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/** A line's values, one after the other, into their columns. */
final class LineSupport extends WriteSupport<TextLine> {

    private final List<Column> columns;
    private @Nullable RecordConsumer consumer;

    LineSupport(List<Column> columns) {
        this.columns = columns;
    }

    @Override
    public WriteContext init(Configuration configuration) {
        return new WriteContext(ParquetLines.schema(columns), Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
        return new WriteContext(ParquetLines.schema(columns), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
        consumer = recordConsumer;
    }

    @Override
    public void write(TextLine line) {
        RecordConsumer out = Objects.requireNonNull(consumer);
        byte[] text = line.text();
        out.startMessage();
        int start = line.start();
        int column = 0;
        while (start <= line.end() && column < columns.size()) {
            int end = start;
            while (end < line.end() && text[end] != ' ') {
                end++;
            }
            value(out, column, line, start, end);
            column++;
            start = end + 1;
        }
        if (column != columns.size() || start <= line.end()) {
            throw new ParquetEncodingException("not a line of the format: " + line);
        }
        out.endMessage();
    }

    private void value(RecordConsumer out, int index, TextLine line, int start, int end) {
        byte[] text = line.text();
        Column column = columns.get(index);
        if (column.type() != ColumnType.STRING && end == start + 1 && text[start] == '-') {
            return;
        }
        out.startField(column.parquetName(), index);
        switch (column.type()) {
            case INT_32 -> out.addInteger((int) number(line, start, end, Integer.MAX_VALUE));
            case INT_64 -> out.addLong(number(line, start, end, Long.MAX_VALUE));
            case STRING -> out.addBinary(Binary.fromReusedByteArray(text, start, end - start));
        }
        out.endField(column.parquetName(), index);
    }

    private static long number(TextLine line, int start, int end, long most) {
        long number = 0;
        for (int at = start; at < end; at++) {
            int digit = line.text()[at] - '0';
            if (digit < 0 || digit > 9 || number > (most - digit) / 10) {
                throw new ParquetEncodingException("not a line of the format: " + line);
            }
            number = number * 10 + digit;
        }
        if (start == end) {
            throw new ParquetEncodingException("not a line of the format: " + line);
        }
        return number;
    }
}
