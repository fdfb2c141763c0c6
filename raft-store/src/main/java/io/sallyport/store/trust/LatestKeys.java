package io.sallyport.store.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The keys of now, for a server that is given its keys once. */
final class LatestKeys extends X509ExtendedKeyManager {

    private final Supplier<Credentials> latest;

    LatestKeys(Supplier<Credentials> latest) {
        this.latest = latest;
    }

    @Override
    public String chooseEngineClientAlias(
            String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
        return latest.get().chooseEngineClientAlias(types, issuers, engine);
    }

    @Override
    public String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, SSLEngine engine) {
        return latest.get().chooseEngineServerAlias(type, issuers, engine);
    }

    @Override
    public String chooseClientAlias(
            String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return latest.get().chooseClientAlias(types, issuers, socket);
    }

    @Override
    public String chooseServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return latest.get().chooseServerAlias(type, issuers, socket);
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return latest.get().getClientAliases(type, issuers);
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return latest.get().getServerAliases(type, issuers);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return latest.get().getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return latest.get().getPrivateKey(alias);
    }
}
