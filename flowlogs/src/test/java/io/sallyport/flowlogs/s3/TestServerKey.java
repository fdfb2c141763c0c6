package io.sallyport.flowlogs.s3;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A server's key and the certificate that it vouches for itself with, made by the JDK's own tool.
 *
 * @param store PKCS#12
 * @param certificate PEM
 */
public record TestServerKey(Path store, Path certificate) {

    public static final String PASSWORD = "changeit";

    /**
     * @param names as keytool writes them: {@code ip:127.0.0.1,dns:s3.test}
     */
    public static TestServerKey of(Path directory, String names) throws IOException {
        Path store = directory.resolve("key-" + names.replaceAll("[^a-z0-9.]", "-") + ".p12");
        Path certificate = Path.of(store + ".pem");
        if (!Files.exists(store)) {
            keytool(
                    "-genkeypair -alias s3 -keyalg EC -groupname secp256r1 -validity 30 -storetype"
                            + " PKCS12 -dname CN="
                            + names.replaceAll("[^a-z0-9.]", "-")
                            + " -ext san=",
                    names,
                    store);
            keytool("-exportcert -alias s3 -rfc -file ", certificate.toString(), store);
        }
        return new TestServerKey(store, certificate);
    }

    /** On loopback, not started yet: who calls it stops it. */
    public HttpsServer server() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory ours =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(ours.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private static void keytool(String words, String last, Path store) throws IOException {
        String home = System.getProperty("java.home", "");
        List<String> command = new ArrayList<>();
        command.add(Path.of(home, "bin", "keytool").toString());
        command.addAll(List.of((words + last).split(" ")));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}
