package io.sallyport.flowlogs.export;

/** A time of which records are missing, in whole Unix seconds, both ends included. */
record Gap(long startSeconds, long endSeconds) {

    Gap {
        if (endSeconds < startSeconds) {
            throw new IllegalArgumentException("gap from " + startSeconds + " to " + endSeconds);
        }
    }

    Gap join(Gap other) {
        return new Gap(
                Math.min(startSeconds, other.startSeconds), Math.max(endSeconds, other.endSeconds));
    }
}
