package io.sallyport.flowlogs.format;

/**
 * A field of a format.
 *
 * @param name as text objects show it in their first line; Parquet has "_" for "-"
 */
public record Column(String name, ColumnType type) {

    /** As Athena and others can name it without quotes. */
    public String parquetName() {
        return name.replace('-', '_');
    }
}
