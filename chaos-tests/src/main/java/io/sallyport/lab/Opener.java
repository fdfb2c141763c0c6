package io.sallyport.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A client's hands for the chaos harness: holds connections to {@link TestServer}'s greeting port
 * and tells what became of each command, a line in, a line out, any order.
 *
 * <pre>
 *  open ID HOST:PORT MILLIS   opened ID ADDRESS PORT (as the server saw us) | failed ID WHY | unknown ID WHY
 *  say ID MILLIS WORD         said ID | broken ID WHY
 *  close ID                   closed ID
 * </pre>
 *
 * A virtual thread per command; commands of one connection come one after another.
 */
final class Opener {

    private final Map<String, Socket> held = new ConcurrentHashMap<>();

    private Opener() {}

    public static void main(String[] args) throws IOException {
        Opener opener = new Opener();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        tell("ready opener");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ");
            Thread.ofVirtual().start(() -> opener.obey(words));
        }
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "open" -> open(words[1], words[2], Integer.parseInt(words[3]));
            case "say" -> say(words[1], Integer.parseInt(words[2]), words[3]);
            case "close" -> close(words[1]);
            default -> tell("failed " + words[0] + " unknown-command");
        }
    }

    private void open(String id, String to, int millis) {
        int colon = to.lastIndexOf(':');
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(
                            to.substring(0, colon), Integer.parseInt(to.substring(colon + 1))),
                    millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            String greeting = readLine(socket.getInputStream());
            held.put(id, socket);
            tell("opened " + id + " " + greeting);
        } catch (SocketTimeoutException e) {
            shut(socket);
            tell("unknown " + id + " timeout");
        } catch (ConnectException e) {
            shut(socket);
            tell("failed " + id + " " + oneWord(e));
        } catch (IOException e) {
            shut(socket);
            tell("unknown " + id + " " + oneWord(e));
        }
    }

    private void say(String id, int millis, String word) {
        Socket socket = held.get(id);
        if (socket == null) {
            tell("broken " + id + " not-held");
            return;
        }
        try {
            socket.setSoTimeout(millis);
            socket.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = readLine(socket.getInputStream());
            tell(answer.equals(word) ? "said " + id : "broken " + id + " heard-" + answer);
        } catch (IOException e) {
            tell("broken " + id + " " + oneWord(e));
        }
    }

    private void close(String id) {
        Socket socket = held.remove(id);
        if (socket != null) {
            shut(socket);
        }
        tell("closed " + id);
    }

    private static void shut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            System.err.println("close: " + e);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("ended");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private static String oneWord(IOException e) {
        return String.valueOf(e.getMessage()).replace(' ', '-');
    }

    private static void tell(String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }
}
