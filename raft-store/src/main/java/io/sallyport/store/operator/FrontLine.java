package io.sallyport.store.operator;

import io.sallyport.allocator.wire.WireException;
import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.calls.Call;
import io.sallyport.store.calls.Frames;
import io.sallyport.store.trust.Role;
import io.sallyport.store.trust.Trust;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A connection to one store's front: one question at a time, each waited for. One thread. */
final class FrontLine implements AutoCloseable {

    private static final int CONNECT_MILLIS = 2_000;

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final Answer.Welcome welcome;
    private long lastRequest;

    /**
     * @param store whose front that is
     * @param trust who asks
     * @param patience how long an answer may take
     * @throws IOException where the store is not there, or is one of another cluster
     */
    FrontLine(String store, Endpoint front, Trust trust, Duration patience) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(
                    new InetSocketAddress(front.address().toInetAddress(), front.port()),
                    CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout((int) patience.toMillis());
            socket = trust.dial(plain, trust.me().other(Role.STORE, store));
            out = new DataOutputStream(socket.getOutputStream());
            in = new DataInputStream(socket.getInputStream());
            welcome = welcomed(ask(0, new Call.Hello(trust.me().cluster())));
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Answer.Welcome welcomed(Answer answer) throws IOException {
        if (answer instanceof Answer.Welcome is) {
            return is;
        }
        throw new IOException(answer instanceof Answer.Bad(String why) ? why : "not a store");
    }

    /** What the store said of itself. */
    Answer.Welcome welcome() {
        return welcome;
    }

    /**
     * @throws IOException where there is no answer, or none that is understood
     */
    Answer ask(int group, Call call) throws IOException {
        byte[] frame = Frames.encode(group, ++lastRequest, call);
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
        int length = in.readInt();
        if (length < 0 || length > Frames.ANSWER_BYTES_MAX) {
            throw new IOException("an answer of " + length + " bytes");
        }
        try {
            return Frames.decodeAnswer(in.readNBytes(length)).body();
        } catch (WireException e) {
            throw new IOException("an answer in unknown words: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
