package io.sallyport.bench;

import java.util.List;
import java.util.Optional;

/**
 * A NAT gateway made of several boxes, with clients before it and a server behind it, each in a
 * network namespace. One thread.
 */
interface Boxes extends AutoCloseable {

    /** As the report calls it. */
    String name();

    /** Commands that go before a command of each client. */
    List<List<String>> clients();

    /** The command that goes before a command of the server. */
    List<String> server();

    /** The server, as the clients reach it. */
    String serverAddress();

    /** Which box dies at the n-th death, from 0. */
    String victim(int n);

    /** Which box dies beside that one, if any would be left. */
    Optional<String> second(String victim);

    void die(String box, Death death);

    /** Brings those back that died so, and returns when each has its share again. */
    void comeBack(List<String> dead, Death death);

    /**
     * Whether it is another's turn on the processors that all share: what it does meanwhile on its
     * own account, and that is not measured, stands still.
     */
    default void standAside(boolean aside) {}

    /** How often so far a box was taken for dead by another, or took over. */
    long alarms();

    @Override
    void close();
}
