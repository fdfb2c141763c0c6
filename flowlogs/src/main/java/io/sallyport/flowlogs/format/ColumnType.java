package io.sallyport.flowlogs.format;

/** What a field is in Parquet; in text all are text. */
public enum ColumnType {
    INT_32,
    INT_64,
    STRING
}
