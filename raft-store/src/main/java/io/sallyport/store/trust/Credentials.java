package io.sallyport.store.trust;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What lay in the files at one moment, found sound: certificate, key and authorities. */
final class Credentials extends X509ExtendedKeyManager {

    private static final String ALIAS = "own";

    private final X509Certificate[] chain;
    private final PrivateKey key;
    private final X509TrustManager authorities;

    private Credentials(X509Certificate[] chain, PrivateKey key, X509TrustManager authorities) {
        this.chain = chain;
        this.key = key;
        this.authorities = authorities;
    }

    /**
     * Reads and checks all of them.
     *
     * @param me whose certificate it must be
     * @throws TrustException naming the key of the configuration that is to blame
     */
    static Credentials load(TlsFiles files, MemberName me) {
        List<X509Certificate> chain = Pem.certificates(TlsFiles.CERTIFICATE, files.certificate());
        X509Certificate own = chain.getFirst();
        named(files, own, me);
        inTime(files, own);
        PrivateKey key = Pem.privateKey(TlsFiles.KEY, files.key());
        if (!belong(key, own)) {
            throw new TrustException(
                    TlsFiles.KEY, files.key(), "is not the key of " + files.certificate());
        }
        List<X509Certificate> roots = new ArrayList<>();
        for (Path file : files.authorities()) {
            roots.addAll(Pem.certificates(TlsFiles.AUTHORITIES, file));
        }
        X509TrustManager authorities = authorities(roots);
        X509Certificate[] all = chain.toArray(X509Certificate[]::new);
        try {
            authorities.checkServerTrusted(all, "UNKNOWN");
            authorities.checkClientTrusted(all, "UNKNOWN");
        } catch (GeneralSecurityException e) {
            throw new TrustException(
                    TlsFiles.CERTIFICATE,
                    files.certificate(),
                    "is not signed by an authority of "
                            + files.authorities()
                            + ": "
                            + e.getMessage());
        }
        return new Credentials(all, key, authorities);
    }

    private static void named(TlsFiles files, X509Certificate own, MemberName me) {
        Optional<MemberName> name = MemberName.of(own);
        if (name.isEmpty() || !name.get().equals(me)) {
            throw new TrustException(
                    TlsFiles.CERTIFICATE,
                    files.certificate(),
                    "is of "
                            + name.map(MemberName::uri).orElse("no member of a cluster")
                            + ", and this process is "
                            + me.uri());
        }
    }

    private static void inTime(TlsFiles files, X509Certificate own) {
        Instant now = Instant.now();
        Instant from = own.getNotBefore().toInstant();
        Instant until = own.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(until)) {
            throw new TrustException(
                    TlsFiles.CERTIFICATE,
                    files.certificate(),
                    "is valid from " + from + " to " + until + ", and now it is " + now);
        }
    }

    static boolean belong(PrivateKey key, X509Certificate own) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                };
        byte[] probe = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(own.getPublicKey());
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static X509TrustManager authorities(List<X509Certificate> roots) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("authority-" + i, roots.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509TrustManager found) {
                    return found;
                }
            }
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that were read cannot be believed", e);
        }
        throw new IllegalStateException("this JDK checks no certificates");
    }

    X509TrustManager authorities() {
        return authorities;
    }

    Instant expires() {
        return chain[0].getNotAfter().toInstant();
    }

    /** Made for one connection: nothing is resumed, so that each shows its certificate. */
    SSLContext context(MemberCheck check) {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(new Credentials[] {this}, new MemberCheck[] {check}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK speaks no TLS 1.3", e);
        }
    }

    /**
     * Which files these are, of what size and time: where one of them differs, they are read again.
     */
    static List<Object> stamp(TlsFiles files) {
        List<Path> all = new ArrayList<>(files.authorities());
        all.add(files.certificate());
        all.add(files.key());
        List<Object> stamp = new ArrayList<>();
        for (Path file : all) {
            try {
                BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
                stamp.add(is.lastModifiedTime());
                stamp.add(is.size());
                stamp.add(Objects.requireNonNullElse(is.fileKey(), file));
            } catch (IOException e) {
                stamp.add("not there");
            }
        }
        return stamp;
    }

    @Override
    public String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
