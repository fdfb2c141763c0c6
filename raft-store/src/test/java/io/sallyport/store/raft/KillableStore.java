package io.sallyport.store.raft;

import io.sallyport.net.Endpoint;
import io.sallyport.store.calls.Answer;
import io.sallyport.store.disk.PowerCut;
import io.sallyport.store.machine.LeaseMachine;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * A process with a lease group of one store, which commits a part of the {@link Script} and dies at
 * a named point, with the power of its disk or without. It tells on its standard output:
 *
 * <pre>
 * applied INDEX NUMBER     entry NUMBER of the script was applied, again or for the first time
 * ack NUMBER HASH          it is acknowledged, with this answer
 * at POINT                 the end
 * state HASH               the end without a point, after a clean stop
 * </pre>
 */
final class KillableStore {

    /** How it ends at its point. */
    static final int KILLED = 99;

    private final Path directory;
    private final String point;
    private final int times;
    private final boolean withPower;
    private volatile boolean dying;
    private final AtomicInteger count = new AtomicInteger();
    private final RatisStateMachine<LeaseMachine> stateMachine;
    private final RaftServer server;
    private final RaftSettings settings;

    /** A point that is no milestone: the client knows. */
    static final String ACKNOWLEDGED = "ACKNOWLEDGED";

    private KillableStore(String[] arguments) throws Exception {
        directory = Path.of(arguments[0]);
        point = arguments[2];
        times = Integer.parseInt(arguments[3]);
        withPower = Boolean.parseBoolean(arguments[4]);
        Endpoint raft = Endpoint.parse("127.0.0.1:" + arguments[1]);
        settings =
                new RaftSettings(
                        "test",
                        "store-1",
                        directory,
                        1,
                        Map.of("store-1", raft),
                        Map.of("store-1", raft),
                        false,
                        false,
                        new RaftSettings.Cut(10, 16 << 10));
        stateMachine =
                new RatisStateMachine<>(
                        Script::empty, settings.cut(), machine -> {}, this::reached, this::failed);
        server =
                RaftServer.newBuilder()
                        .setServerId(RaftPeerId.valueOf(settings.store()))
                        .setGroup(settings.group(1))
                        .setOption(RaftStorage.StartupOption.RECOVER)
                        .setStateMachine(stateMachine)
                        .setProperties(settings.properties())
                        .build();
    }

    /**
     * Directory, port, point or "none", at which of its occurrences, with power or without, first
     * and last number of the script.
     */
    public static void main(String[] arguments) throws Exception {
        KillableStore store = new KillableStore(arguments);
        store.run(Long.parseLong(arguments[5]), Long.parseLong(arguments[6]));
        System.exit(0);
    }

    private void failed(Throwable cause) {
        if (dying) {
            return;
        }
        cause.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private void reached(Milestone milestone) {
        if (milestone == Milestone.APPLIED) {
            LeaseMachine machine = stateMachine.machine();
            say("applied " + machine.view().index() + " " + Script.seen(machine));
        }
        reached(milestone.name());
    }

    private void reached(String name) {
        if (name.equals(point) && count.incrementAndGet() == times) {
            say("at " + point);
            dying = true;
            if (withPower) {
                PowerCut.of(directory);
            }
            Runtime.getRuntime().halt(KILLED);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void run(long first, long last) throws Exception {
        server.start();
        for (long number = first; number <= last; number++) {
            List<Answer.Applied> answers = commit(Script.entry(number).encode(), number);
            say("ack " + number + " " + Script.hash(answers));
            reached(ACKNOWLEDGED);
        }
        server.close();
        Path copies = directory.resolve("raft").resolve(settings.groupId(1).getUuid().toString());
        Path newest =
                Directories.children(copies.resolve("sm")).stream()
                        .max(Comparator.comparingLong(KillableStore::index))
                        .orElseThrow();
        say("state " + StateRows.of(newest));
    }

    private static long index(Path copy) {
        String name = copy.getFileName().toString();
        return Long.parseLong(name.substring(name.lastIndexOf('_') + 1));
    }

    private List<Answer.Applied> commit(byte[] entry, long number) throws Exception {
        ClientId client = ClientId.randomId();
        while (true) {
            RaftClientRequest request =
                    RaftClientRequest.newBuilder()
                            .setClientId(client)
                            .setServerId(server.getId())
                            .setGroupId(settings.groupId(1))
                            .setCallId(number)
                            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                            .setType(RaftClientRequest.writeRequestType())
                            .build();
            RaftClientReply reply = server.submitClientRequestAsync(request).join();
            if (reply.isSuccess()) {
                return ((AppliedEntry) reply.getMessage()).answers();
            }
            LockSupport.parkNanos(10_000_000); // Not leader yet; nothing tells when.
        }
    }
}
