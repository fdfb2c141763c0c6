package io.sallyport.flowlogs.export;

/**
 * Where a flow log's objects go, and what they are.
 *
 * @param prefix folder in the bucket, "" for none; leading and trailing slashes do not matter
 * @param hive folders are named {@code year=2026/month=11}, as Hive's partitions
 * @param perHour a folder an hour; else a day
 */
public record Destination(
        String bucket, String prefix, FileFormat format, boolean hive, boolean perHour) {}
