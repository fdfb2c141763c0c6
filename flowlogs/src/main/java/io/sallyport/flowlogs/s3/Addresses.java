package io.sallyport.flowlogs.s3;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves what is dialled, each time: what is looked at here is what the connection goes to, so a
 * name that says one thing now and another later gains nothing. A name, which may be made of a
 * tenant's bucket, never leads to this box or to its link, where metadata services live; an address
 * that the operator wrote as the endpoint is his own word.
 */
final class Addresses implements DnsResolver {

    private static final int UNIQUE_LOCAL = 0xfc;

    /** Where AWS keeps the metadata service on IPv6. */
    private static final Set<String> METADATA = Set.of("fd00:ec2:0:0:0:0:0:254");

    private final DnsResolver names;
    private final Optional<String> endpoint;
    private final boolean localAllowed;

    Addresses(S3Settings settings) {
        this(settings, SystemDefaultDnsResolver.INSTANCE);
    }

    Addresses(S3Settings settings, DnsResolver names) {
        this.names = names;
        endpoint = settings.endpoint().map(URI::getHost).map(Addresses::bare);
        localAllowed = settings.localAllowed();
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = names.resolve(host);
        if (localAllowed || (isLiteral(bare(host)) && endpoint.equals(Optional.of(bare(host))))) {
            return all;
        }
        InetAddress[] allowed =
                Arrays.stream(all).filter(Addresses::isElsewhere).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new UnknownHostException(
                    host + " is an address of this box or its link, where logs are not sent");
        }
        return allowed;
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static boolean isLiteral(String host) {
        return host.contains(":") || host.matches("[0-9.]+");
    }

    private static boolean isElsewhere(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isLinkLocalAddress()
                && !address.isAnyLocalAddress()
                && !address.isMulticastAddress()
                && !isMetadata(address)
                && !isEmbedded(address.getAddress());
    }

    private static boolean isMetadata(InetAddress address) {
        return (address.getAddress()[0] & 0xfe) == UNIQUE_LOCAL
                && METADATA.contains(address.getHostAddress());
    }

    /** NAT64 and IPv4-compatible forms of what would be refused as IPv4. */
    private static boolean isEmbedded(byte[] bytes) {
        if (bytes.length != 16) {
            return false;
        }
        boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xff;
        boolean compatible = true;
        for (int i = 0; i < 12; i++) {
            compatible &= bytes[i] == 0;
        }
        int first = bytes[12] & 0xff;
        int second = bytes[13] & 0xff;
        return (nat64 || compatible)
                && (first == 127 || first == 0 || (first == 169 && second == 254));
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }
}
