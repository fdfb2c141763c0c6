package io.sallyport.flowlogs.export;

import io.sallyport.flowlogs.s3.TestServerKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * S3Mock, by another hand than s3proxy: knows encryption, speaks TLS, and believes every signature.
 * Its class path is what {@code flowlogs/s3mock} was resolved to.
 */
final class S3MockProcess implements S3Server {

    /** The one key that its key service has. */
    static final String KMS_KEY = "0a1b2c3d-0000-4000-8000-000000000001";

    private final Path directory;
    private final TestServerKey key;
    private final int port;
    private final int securePort;
    private Process process;

    S3MockProcess(Path directory) throws IOException {
        this.directory = directory;
        key = TestServerKey.of(directory, "ip:127.0.0.1");
        try (ServerSocket free = new ServerSocket(0);
                ServerSocket other = new ServerSocket(0)) {
            port = free.getLocalPort();
            securePort = other.getLocalPort();
        }
        process = start();
    }

    @Override
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    String secureEndpoint() {
        return "https://127.0.0.1:" + securePort;
    }

    /** Who vouches for {@link #secureEndpoint}. */
    Path authority() {
        return key.certificate();
    }

    private Process start() throws IOException {
        Path log = directory.resolve("s3mock.log");
        Process started =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-Xmx256m",
                                        "-cp",
                                        Files.readString(Path.of("s3mock/target/classpath"))
                                                .strip(),
                                        "com.adobe.testing.s3mock.S3MockApplication",
                                        "--server.address=127.0.0.1",
                                        "--server.port=" + securePort,
                                        "--server.ssl.key-store=file:" + key.store(),
                                        "--server.ssl.key-store-type=PKCS12",
                                        "--server.ssl.key-store-password=" + TestServerKey.PASSWORD,
                                        "--server.ssl.key-password=" + TestServerKey.PASSWORD,
                                        "--server.ssl.key-alias=s3",
                                        "--com.adobe.testing.s3mock.http-port=" + port,
                                        "--com.adobe.testing.s3mock.store.root="
                                                + Files.createDirectories(
                                                        directory.resolve("objects")),
                                        "--com.adobe.testing.s3mock.store.retain-files-on-exit=true",
                                        "--com.adobe.testing.s3mock.store.valid-kms-keys="
                                                + "arn:aws:kms:us-east-1:1234567890:key/"
                                                + KMS_KEY))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Awaitility.await("S3Mock at port " + port)
                .atMost(Duration.ofSeconds(90))
                .until(() -> !started.isAlive() || (answers(port) && answers(securePort)));
        if (!started.isAlive()) {
            throw new IOException(Files.readString(log));
        }
        return started;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    @Override
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void startAgain() throws IOException {
        process = start();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
