package io.sallyport.flowlogs.export;

/** What objects are. */
public enum FileFormat {
    /** Lines of text, gzip around them. */
    PLAIN_TEXT(".log.gz", "application/gzip"),

    PARQUET(".log.parquet", "application/vnd.apache.parquet");

    private static final FileFormat[] ALL = values();

    private final String suffix;
    private final String contentType;

    FileFormat(String suffix, String contentType) {
        this.suffix = suffix;
        this.contentType = contentType;
    }

    String suffix() {
        return suffix;
    }

    String contentType() {
        return contentType;
    }

    /** By ordinal, which is stored: never changed. */
    static FileFormat of(int number) {
        if (number >= ALL.length) {
            throw new IllegalArgumentException("file format " + number + " is not known");
        }
        return ALL[number];
    }
}
