package io.sallyport.store.trust;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether the other end's certificate is that of the member it should be. A host's name or address
 * plays no part: members move. Asked within the handshake, so that whoever is refused gets an alert
 * and nothing else.
 */
final class MemberCheck extends X509ExtendedTrustManager {

    private final Supplier<Credentials> credentials;
    private final String cluster;
    private final Set<Role> roles;
    private final Optional<MemberName> meant;

    private MemberCheck(
            Supplier<Credentials> credentials,
            String cluster,
            Set<Role> roles,
            Optional<MemberName> meant) {
        this.credentials = credentials;
        this.cluster = cluster;
        this.roles = Set.copyOf(roles);
        this.meant = meant;
    }

    /** Nobody but this one. */
    static MemberCheck only(Supplier<Credentials> credentials, MemberName meant) {
        return new MemberCheck(
                credentials, meant.cluster(), Set.of(meant.role()), Optional.of(meant));
    }

    /** Whoever has one of the roles in this cluster. */
    static MemberCheck any(Supplier<Credentials> credentials, String cluster, Set<Role> roles) {
        return new MemberCheck(credentials, cluster, roles, Optional.empty());
    }

    private void check(X509Certificate[] chain, String type, boolean server)
            throws CertificateException {
        try {
            if (server) {
                credentials.get().authorities().checkServerTrusted(chain, type);
            } else {
                credentials.get().authorities().checkClientTrusted(chain, type);
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new RefusedException(
                    reason(e), "its certificate is not believed: " + e.getMessage());
        }
        checkName(chain[0]);
    }

    private void checkName(X509Certificate certificate) throws RefusedException {
        Optional<MemberName> found = MemberName.of(certificate);
        if (found.isEmpty()) {
            throw new RefusedException(
                    Refusal.NO_NAME, "its certificate names no member of a cluster");
        }
        MemberName name = found.get();
        if (!name.cluster().equals(cluster)) {
            throw new RefusedException(
                    Refusal.OTHER_CLUSTER, "it is " + name + ", and this is cluster " + cluster);
        }
        if (!roles.contains(name.role())) {
            throw new RefusedException(
                    Refusal.OTHER_ROLE, "it is " + name + ", and only " + roles + " may be here");
        }
        if (meant.isPresent() && !meant.get().equals(name)) {
            throw new RefusedException(
                    Refusal.OTHER_MEMBER, "it is " + name + ", and " + meant.get() + " was meant");
        }
    }

    private static Refusal reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return Refusal.EXPIRED;
            }
            if (cause instanceof CertificateNotYetValidException) {
                return Refusal.NOT_YET_VALID;
            }
            if (cause instanceof CertPathValidatorException path) {
                if (path.getReason() == CertPathValidatorException.BasicReason.EXPIRED) {
                    return Refusal.EXPIRED;
                }
                if (path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID) {
                    return Refusal.NOT_YET_VALID;
                }
            }
        }
        return Refusal.NOT_SIGNED;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, type, false);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, type, true);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, type, false);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain, type, true);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, type, false);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain, type, true);
    }

    /** None are named: which authorities a cluster believes is nobody else's business. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
