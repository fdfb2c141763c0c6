package io.sallyport.flowlogs.export;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** s3proxy: a real S3 server in a process of its own, which keeps its objects in a directory. */
public final class S3ServerProcess implements S3Server {

    public static final String IDENTITY = "local";
    public static final String SECRET = "a secret";

    private final Path directory;
    private final String more;
    private final int port;
    private Process process;

    public S3ServerProcess(Path directory) throws IOException {
        this(directory, "");
    }

    /**
     * @param more lines of its configuration
     */
    public S3ServerProcess(Path directory, String more) throws IOException {
        this.directory = directory;
        this.more = more;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        process = start();
    }

    @Override
    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    private Process start() throws IOException {
        Path objects = Files.createDirectories(directory.resolve("objects"));
        Path configuration = directory.resolve("s3.properties");
        Files.writeString(
                configuration,
                """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.endpoint=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                %s
                """
                        .formatted(endpoint(), IDENTITY, SECRET, objects, more));
        Process started =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-XX:TieredStopAtLevel=1",
                                        "-Xmx128m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        "org.gaul.s3proxy.Main",
                                        "--properties",
                                        configuration.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("s3.log").toFile())
                        .start();
        Awaitility.await("the S3 server at port " + port)
                .atMost(Duration.ofSeconds(60))
                .until(() -> !started.isAlive() || answers());
        if (!started.isAlive()) {
            throw new IOException(Files.readString(directory.resolve("s3.log")));
        }
        return started;
    }

    private boolean answers() {
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
