package io.sallyport.bench;

import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.TlsFiles;
import io.sallyport.store.trust.Trust;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the processes of a bench, and the bench itself, prove themselves with; or nothing. */
final class Certificates {

    private final String cluster;
    private final Path directory;
    private final Optional<Authority> authority;

    /**
     * @param secured without it all is plain text
     */
    Certificates(String cluster, Path directory, boolean secured) {
        this.cluster = cluster;
        this.directory = directory;
        authority = secured ? Optional.of(Authority.found(cluster)) : Optional.empty();
    }

    private Optional<TlsFiles> files(Role role, String id) {
        return authority.map(
                signer -> signer.issue(new MemberName(cluster, role, id), List.of(), directory));
    }

    /** For the configuration of a process, "key=value" each. */
    List<String> keys(Role role, String id) {
        return files(role, id)
                .map(files ->
                        List.of(
                                "tls.certificate=" + files.certificate(),
                                "tls.key=" + files.key(),
                                "tls.authorities=" + files.authorities().getFirst()))
                .orElseGet(() -> List.of("tls=off"));
    }

    /** For the bench's own clients. */
    Trust trust(Role role, String id) {
        return Trust.open(new MemberName(cluster, role, id), files(role, id));
    }
}
