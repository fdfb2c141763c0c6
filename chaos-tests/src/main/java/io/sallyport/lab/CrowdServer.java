package io.sallyport.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Accepts whoever comes, holds the connection until the other side ends it, and writes a line for
 * each: {@code + PORT NANOS ADDRESS} and {@code - PORT NANOS ADDRESS}, by this box's monotonic
 * clock. Several processes may listen on one port; the kernel spreads connections over them.
 */
final class CrowdServer {

    private CrowdServer() {}

    /** The one argument is the port. */
    public static void main(String[] args) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        listener.bind(new InetSocketAddress(Integer.parseInt(args[0])), 4096);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        PrintStream out =
                new PrintStream(
                        new java.io.BufferedOutputStream(
                                new java.io.FileOutputStream(java.io.FileDescriptor.out), 1 << 16),
                        false);
        out.println("ready crowd-server");
        out.flush();
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        while (true) {
            if (selector.select(20) == 0) {
                out.flush();
            }
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    acceptAll(listener, selector, out);
                } else if (key.isReadable() && ended((SocketChannel) key.channel(), buffer)) {
                    key.channel().close();
                    say(out, '-', (InetSocketAddress) key.attachment());
                }
            }
            selector.selectedKeys().clear();
        }
    }

    private static void acceptAll(ServerSocketChannel listener, Selector selector, PrintStream out)
            throws IOException {
        while (true) {
            SocketChannel channel = listener.accept();
            if (channel == null) {
                return;
            }
            channel.configureBlocking(false);
            InetSocketAddress source = (InetSocketAddress) channel.getRemoteAddress();
            channel.register(selector, SelectionKey.OP_READ, source);
            say(out, '+', source);
        }
    }

    private static boolean ended(SocketChannel channel, ByteBuffer buffer) {
        try {
            buffer.clear();
            return channel.read(buffer) < 0;
        } catch (IOException e) {
            // A reset ends it as a close does.
            return true;
        }
    }

    private static void say(PrintStream out, char what, InetSocketAddress source) {
        out.println(
                what
                        + " "
                        + source.getPort()
                        + " "
                        + System.nanoTime()
                        + " "
                        + source.getAddress().getHostAddress());
    }
}
