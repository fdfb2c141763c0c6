package io.sallyport.store.trust;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a certificate says of its owner: {@code sallyport://CLUSTER/ROLE/ID}, the one URI of this
 * scheme among its alternative names.
 */
public record MemberName(String cluster, Role role, String id) {

    private static final String WORD = "[A-Za-z0-9._-]{1,63}";
    private static final Pattern WORDS = Pattern.compile(WORD);
    private static final Pattern URI =
            Pattern.compile("sallyport://(" + WORD + ")/([a-z]+)/(" + WORD + ")");
    private static final String SCHEME = "sallyport:";

    /** The kind of a URI among a certificate's alternative names (RFC 5280, 4.2.1.6). */
    private static final int URI_KIND = 6;

    public MemberName {
        if (!WORDS.matcher(cluster).matches() || !WORDS.matcher(id).matches()) {
            throw new IllegalArgumentException("no name of a member: " + cluster + ", " + id);
        }
    }

    /** Another member of the same cluster. */
    public MemberName other(Role itsRole, String itsId) {
        return new MemberName(cluster, itsRole, itsId);
    }

    /** As it stands in a certificate. */
    public String uri() {
        return "sallyport://" + cluster + "/" + role.word() + "/" + id;
    }

    /**
     * @throws IllegalArgumentException where it is no such URI
     */
    public static MemberName parse(String uri) {
        Matcher words = URI.matcher(uri);
        if (!words.matches()) {
            throw new IllegalArgumentException("no name of a member: " + uri);
        }
        return new MemberName(words.group(1), Role.of(words.group(2)), words.group(3));
    }

    /** Whose certificate this is; empty where it names no member, or more than one. */
    static Optional<MemberName> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<MemberName> found = new ArrayList<>();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0).equals(URI_KIND)
                        && name.get(1) instanceof String uri
                        && uri.startsWith(SCHEME)) {
                    found.add(parse(uri));
                }
            }
            return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return uri();
    }
}
