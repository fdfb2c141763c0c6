package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.format.JoinedFormat;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/** A column of joined records, one row after the other. One thread. */
final class Cells {

    private static final MessageType SCHEMA = ParquetLines.schema(JoinedFormat.INSTANCE.columns());

    private final ColumnDescriptor column;
    private final ColumnReader reader;

    /**
     * @param name as text objects have it
     */
    Cells(String name, ColumnPages pages) {
        column = SCHEMA.getColumnDescription(new String[] {name.replace('-', '_')});
        reader = new ColumnReaderImpl(column, pages, new PrimitiveConverter() {}, null);
    }

    long rows() {
        return reader.getTotalValueCount();
    }

    private boolean isNull() {
        return reader.getCurrentDefinitionLevel() < column.getMaxDefinitionLevel();
    }

    /** Of this row; null as "-". */
    String text() {
        if (isNull()) {
            return "-";
        }
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32 -> Integer.toString(reader.getInteger());
            case INT64 -> Long.toString(reader.getLong());
            case BINARY -> reader.getBinary().toStringUsingUTF8();
            case INT96, FLOAT, DOUBLE, BOOLEAN, FIXED_LEN_BYTE_ARRAY ->
                    throw new IllegalStateException("no column of ours is so: " + column);
        };
    }

    void next() {
        if (!isNull()) {
            reader.skip(); // nothing where it was read
        }
        reader.consume();
    }
}
