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
 * Accepts whoever comes, says back what it hears, holds the connection until the other side ends
 * it, and writes a line for each: {@code + PORT NANOS ADDRESS} and {@code - PORT NANOS ADDRESS}, by
 * this box's monotonic clock. Several processes may listen on one port; the kernel spreads
 * connections over them.
 */
final class CrowdServer {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A connection, and what of its echo the kernel did not take yet. */
    private static final class Guest {
        final InetSocketAddress source;
        private ByteBuffer unsaid = NOTHING;

        Guest(InetSocketAddress source) {
            this.source = source;
        }

        /** Whether it has ended. While it does not take its echo nothing more is read from it. */
        boolean turn(SelectionKey key, ByteBuffer buffer) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (!unsaid.hasRemaining()) {
                    buffer.clear();
                    if (channel.read(buffer) < 0) {
                        return true;
                    }
                    unsaid = buffer.flip();
                }
                channel.write(unsaid);
                // The buffer is everybody's: what is left of it is kept apart.
                unsaid =
                        unsaid.hasRemaining()
                                ? ByteBuffer.allocate(unsaid.remaining()).put(unsaid).flip()
                                : NOTHING;
                key.interestOps(
                        unsaid.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
                return false;
            } catch (IOException e) {
                // A reset ends it as a close does.
                return true;
            }
        }
    }

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
                } else if (key.attachment() instanceof Guest guest && guest.turn(key, buffer)) {
                    key.channel().close();
                    say(out, '-', guest.source);
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
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            InetSocketAddress source = (InetSocketAddress) channel.getRemoteAddress();
            channel.register(selector, SelectionKey.OP_READ, new Guest(source));
            say(out, '+', source);
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
