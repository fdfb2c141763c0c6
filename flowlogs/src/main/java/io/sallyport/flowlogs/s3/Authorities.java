package io.sallyport.flowlogs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of those who vouch for a server, from PEM files. */
final class Authorities {

    private Authorities() {}

    /**
     * @throws IOException where a file cannot be read, holds no certificate, or one that is broken
     */
    static TrustManager[] read(List<Path> files) throws IOException {
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null); // empty
            CertificateFactory x509 = CertificateFactory.getInstance("X.509");
            for (Path file : files) {
                Collection<? extends Certificate> found;
                try (InputStream in = Files.newInputStream(file)) {
                    found = x509.generateCertificates(in);
                }
                if (found.isEmpty()) {
                    throw new IOException(file + " holds no certificate");
                }
                for (Certificate certificate : found) {
                    all.setCertificateEntry(Integer.toString(all.size()), certificate);
                }
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(all);
            return trust.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(files + ": " + e.getMessage(), e);
        }
    }
}
