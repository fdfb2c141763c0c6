package io.sallyport.flowlogs.export;

import java.io.IOException;

/** A real S3 server in a process of its own, which keeps its objects while it is away. */
interface S3Server extends AutoCloseable {

    String endpoint();

    void kill() throws InterruptedException;

    void startAgain() throws IOException;

    @Override
    void close() throws InterruptedException;
}
