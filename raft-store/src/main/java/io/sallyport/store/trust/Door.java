package io.sallyport.store.trust;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Behind TLS and before everything else: lets the others know of a connection when its handshake is
 * done, and keeps them out of those that are refused. On the connection's loop.
 */
final class Door extends ChannelInboundHandlerAdapter {

    private final Refusals refusals;
    private boolean told;

    Door(Refusals refusals) {
        this.refusals = refusals;
    }

    /** Its address without the port. */
    static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress().getHostAddress()
                : String.valueOf(channel.remoteAddress());
    }

    /** Only when the handshake is done. */
    @Override
    public void channelActive(ChannelHandlerContext context) {}

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            super.userEventTriggered(context, event);
        } else if (handshake.isSuccess()) {
            context.channel().attr(Trust.OTHER).set(other(context));
            refusals.welcomed(address(context.channel()));
            context.fireChannelActive();
        } else {
            refused(context, handshake.cause());
        }
    }

    private static MemberName other(ChannelHandlerContext context)
            throws SSLPeerUnverifiedException {
        var certificates =
                context.pipeline()
                        .get(SslHandler.class)
                        .engine()
                        .getSession()
                        .getPeerCertificates();
        return MemberName.of((X509Certificate) certificates[0])
                .orElseThrow(() -> new SSLPeerUnverifiedException("no member of a cluster"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        Throwable first =
                cause instanceof DecoderException && cause.getCause() != null
                        ? cause.getCause()
                        : cause;
        if (first instanceof SSLException) {
            refused(context, first);
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    private void refused(ChannelHandlerContext context, Throwable cause) {
        Optional<RefusedException> ours = ours(cause);
        if (ours.isPresent()) {
            tell(context, ours.get().refusal(), String.valueOf(ours.get().getMessage()));
        } else if (cause instanceof SSLException
                && !(cause instanceof SslHandshakeTimeoutException)) {
            String text = String.valueOf(cause.getMessage());
            tell(context, refusal(cause, text), text);
        }
        // All else is a connection that broke, or an end that fell silent.
        context.close();
    }

    private void tell(ChannelHandlerContext context, Refusal refusal, String why) {
        if (!told) {
            told = true;
            refusals.refused(address(context.channel()), refusal, why);
        }
    }

    private static Optional<RefusedException> ours(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RefusedException refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    /** The JDK says these by text only. */
    private static Refusal refusal(Throwable cause, String text) {
        if (cause instanceof NotSslRecordException) {
            return Refusal.NOT_TLS;
        }
        if (text.contains("Received fatal alert")) {
            return Refusal.REFUSED_US;
        }
        return text.contains("Empty client certificate chain")
                ? Refusal.NO_CERTIFICATE
                : Refusal.NOT_TLS;
    }
}
