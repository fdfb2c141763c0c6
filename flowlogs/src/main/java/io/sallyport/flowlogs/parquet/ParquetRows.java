package io.sallyport.flowlogs.parquet;

import io.sallyport.flowlogs.text.StoredBytes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/** Some rows of a Parquet file; what cannot hold them is not read. */
final class ParquetRows {

    private ParquetRows() {}

    /**
     * @param columns of the result, by name in text objects; those that the file lacks are "-"
     * @param anyOf rows in which all of one of these columns have that value, a String or an
     *     Integer
     * @param out is given the values as text, null as "-"
     * @throws IOException where the file cannot be read, or is no such file
     */
    static void read(
            StoredBytes file,
            List<String> columns,
            List<Map<String, Object>> anyOf,
            Consumer<String[]> out)
            throws IOException {
        List<String> names = columns.stream().map(ParquetRows::parquetName).toList();
        try (ParquetReader<Group> reader =
                new Builder(new RangeFile(file), names)
                        .withFilter(FilterCompat.get(anyOf(anyOf)))
                        .useDictionaryFilter(false)
                        .build()) {
            Group group = reader.read();
            while (group != null) {
                out.accept(values(group, names));
                group = reader.read();
            }
        } catch (RuntimeException e) { // what Parquet says to bytes that are none
            throw new IOException("not a Parquet file of flow logs: " + e.getMessage(), e);
        }
    }

    private static String parquetName(String column) {
        return column.replace('-', '_');
    }

    private static FilterPredicate anyOf(List<Map<String, Object>> anyOf) {
        return anyOf.stream().map(ParquetRows::allOf).reduce(FilterApi::or).orElseThrow();
    }

    private static FilterPredicate allOf(Map<String, Object> all) {
        return all.entrySet().stream()
                .map(one -> equal(parquetName(one.getKey()), one.getValue()))
                .reduce(FilterApi::and)
                .orElseThrow();
    }

    private static FilterPredicate equal(String column, Object value) {
        return switch (value) {
            case Integer number -> FilterApi.eq(FilterApi.intColumn(column), number);
            default ->
                    FilterApi.eq(
                            FilterApi.binaryColumn(column), Binary.fromString(value.toString()));
        };
    }

    private static String[] values(Group group, List<String> names) {
        String[] values = new String[names.size()];
        for (int i = 0; i < values.length; i++) {
            String name = names.get(i);
            boolean there =
                    group.getType().containsField(name) && group.getFieldRepetitionCount(name) > 0;
            values[i] =
                    there ? group.getValueToString(group.getType().getFieldIndex(name), 0) : "-";
        }
        return values;
    }

    private static final class Builder extends ParquetReader.Builder<Group> {
        private final List<String> names;

        Builder(InputFile file, List<String> names) {
            super(file, new PlainParquetConfiguration());
            this.names = names;
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new Projection(names);
        }
    }

    /** Only the columns that are asked for. */
    private static final class Projection extends GroupReadSupport {
        private final List<String> names;

        Projection(List<String> names) {
            this.names = names;
        }

        @Override
        public ReadContext init(
                ParquetConfiguration configuration,
                Map<String, String> metaData,
                MessageType schema) {
            return new ReadContext(
                    new MessageType(
                            schema.getName(),
                            schema.getFields().stream()
                                    .filter(field -> names.contains(field.getName()))
                                    .toList()));
        }
    }
}
