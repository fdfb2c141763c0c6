package io.sallyport.store.trust;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process proves itself with, and whom it believes. New connections use what lies in the
 * files by then; those that are open stay as they are. From any thread.
 */
public final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    /** The files are looked at no more often than this. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    /** Who has less than this left should have been given a new one. */
    private static final Duration SOON = Duration.ofDays(30);

    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final long HANDSHAKE_MILLIS = 3_000;

    /** A farewell is no reason to keep a connection. */
    private static final long FAREWELL_MILLIS = 200;

    /** Signatures are made and checked beside the loops, which have others to serve. */
    private static final Executor SIGNING =
            task -> Thread.ofVirtual().name("handshake").start(task);

    static final AttributeKey<MemberName> OTHER = AttributeKey.valueOf("sallyport.member");

    private final MemberName me;
    private final Optional<TlsFiles> files;
    private final Refusals refusals = new Refusals();
    private @Nullable Credentials credentials;
    private List<Object> stamp = List.of();
    private long lookedNanos = System.nanoTime();

    private Trust(MemberName me, Optional<TlsFiles> files) {
        this.me = me;
        this.files = files;
    }

    /**
     * @param files empty for plain text
     * @throws TrustException where the files are missing, do not fit each other, or are another's
     */
    public static Trust open(MemberName me, Optional<TlsFiles> files) {
        Trust trust = new Trust(me, files);
        if (files.isPresent()) {
            trust.stamp = Credentials.stamp(files.get());
            trust.credentials = Credentials.load(files.get(), me);
        }
        return trust;
    }

    /** Says in the log how it is. */
    public Trust tell() {
        if (secures()) {
            Instant end = current().expires();
            if (Instant.now().plus(SOON).isAfter(end)) {
                LOG.warn("the certificate of {} ends {}", me, end);
            }
            LOG.info("{} believes members of its cluster; its certificate ends {}", me, end);
        } else {
            LOG.warn("tls=off: {} talks in plain text, and believes whoever can reach it", me);
        }
        return this;
    }

    /**
     * As whoever the certificate names, if it is a member of the cluster.
     *
     * @throws TrustException as the other one
     */
    public static Trust open(TlsFiles files, String cluster) {
        MemberName me =
                MemberName.of(
                                Pem.certificates(TlsFiles.CERTIFICATE, files.certificate())
                                        .getFirst())
                        .filter(name -> name.cluster().equals(cluster))
                        .orElseThrow(() ->
                                new TrustException(
                                        TlsFiles.CERTIFICATE,
                                        files.certificate(),
                                        "is of no member of cluster " + cluster));
        return open(me, Optional.of(files));
    }

    /** Plain text, and nothing said: within one process, and for tests. */
    public static Trust plain(String cluster) {
        return new Trust(new MemberName(cluster, Role.OPERATOR, "plain"), Optional.empty());
    }

    public MemberName me() {
        return me;
    }

    /** Whether connections are secured; else everybody is believed. */
    public boolean secures() {
        return files.isPresent();
    }

    public Refusals refusals() {
        return refusals;
    }

    /** Until when this process's certificate is valid; empty in plain text. */
    public Optional<Instant> expires() {
        return files.isEmpty() ? Optional.empty() : Optional.of(current().expires());
    }

    /**
     * Secures a connection that this process opens. To be called first in its making; what is added
     * to its pipeline later hears of an active connection when the other end has proved itself.
     */
    public void dial(Channel fresh, MemberName meant) {
        if (files.isPresent()) {
            secure(fresh, MemberCheck.only(this::current, meant), true);
        }
    }

    /** The same for a connection that was accepted, from whoever has one of these roles. */
    public void accept(Channel fresh, Set<Role> roles) {
        if (files.isPresent()) {
            secure(fresh, MemberCheck.any(this::current, me.cluster(), roles), false);
        }
    }

    private void secure(Channel fresh, MemberCheck check, boolean dialling) {
        SSLEngine engine = current().context(check).createSSLEngine();
        engine.setUseClientMode(dialling);
        engine.setEnabledProtocols(PROTOCOLS);
        if (!dialling) {
            engine.setNeedClientAuth(true);
        }
        SslHandler handler = new SslHandler(engine, SIGNING);
        handler.setHandshakeTimeoutMillis(HANDSHAKE_MILLIS);
        handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
        fresh.pipeline().addLast(handler, new Door(refusals));
    }

    /** Who is at the other end, by its certificate; empty in plain text. */
    public static Optional<MemberName> who(Channel channel) {
        return Optional.ofNullable(channel.attr(OTHER).get());
    }

    /** To be told where what a member said does not fit its certificate. */
    public void refuse(Channel channel, Refusal refusal, String why) {
        refusals.refused(Door.address(channel), refusal, why);
    }

    /**
     * Secures a connected socket that this process opened, and waits until the other end has proved
     * that it is the member that is meant.
     *
     * @return the same socket in plain text
     * @throws IOException where it is not
     */
    public Socket dial(Socket connected, MemberName meant) throws IOException {
        if (files.isEmpty()) {
            return connected;
        }
        SSLContext context = current().context(MemberCheck.only(this::current, meant));
        SSLSocket secured =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        connected,
                                        connected.getInetAddress().getHostAddress(),
                                        connected.getPort(),
                                        true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /**
     * For those who make TLS themselves: shows what lies in the files at each new connection.
     *
     * @throws IllegalStateException in plain text
     */
    public X509ExtendedKeyManager keys() {
        return new LatestKeys(this::current);
    }

    /**
     * The same for whom they believe.
     *
     * @throws IllegalStateException in plain text
     */
    public X509ExtendedTrustManager members(Role role) {
        return MemberCheck.any(this::current, me.cluster(), Set.of(role));
    }

    /** What lies in the files; where that is not sound, what lay there before. */
    private synchronized Credentials current() {
        Credentials known = credentials;
        if (known == null) {
            throw new IllegalStateException("there are no certificates where tls=off");
        }
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_NANOS) {
            return known;
        }
        lookedNanos = now;
        TlsFiles these = files.orElseThrow();
        List<Object> found = Credentials.stamp(these);
        if (found.equals(stamp)) {
            return known;
        }
        stamp = found;
        try {
            Credentials fresh = Credentials.load(these, me);
            credentials = fresh;
            LOG.info("new certificates: {} until {}", me, fresh.expires());
            return fresh;
        } catch (TrustException e) {
            LOG.warn("new certificates cannot be used, the former are: {}", e.getMessage());
            return known;
        }
    }
}
