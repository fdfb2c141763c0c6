package io.sallyport.bench;

import io.sallyport.bench.Testbed.Room;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Line 2: one TCP stream by iperf3, with the senders' segmentation offload as the path leaves it.
 */
final class BulkLine implements DataplaneLine {

    private static final String PORT = "5201";
    private static final int ATTEMPTS = 5;
    private static final long LISTENS_NANOS = 100_000_000;

    @Override
    public int number() {
        return 2;
    }

    @Override
    public String title() {
        return "bulk TCP";
    }

    @Override
    public void measure(Rounds rounds) {
        String seconds = rounds.quick() ? "1" : "2";
        rounds.each(rig -> {
            rounds.more("2 bulk TCP out", "Gbit/s", rig, gigabits(rig, seconds, false));
            rounds.more("2 bulk TCP in", "Gbit/s", rig, gigabits(rig, seconds, true));
        });
    }

    /** The server listens a moment after its daemon's parent has ended. */
    private static double gigabits(Rig rig, String seconds, boolean inward) {
        Testbed testbed = rig.forwarding().testbed();
        List<String> client =
                List.of(
                        "iperf3",
                        "--client",
                        Testbed.SERVER,
                        "--port",
                        PORT,
                        "--time",
                        seconds,
                        "--omit",
                        "1",
                        "--json",
                        inward ? "--reverse" : "--no-delay");
        String error = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            testbed.run(Room.SERVER, "iperf3", "--server", "--one-off", "--daemon", "--port", PORT);
            LockSupport.parkNanos(LISTENS_NANOS);
            JsonNode result =
                    JsonMapper.shared().readTree(Tool.said(testbed.inside(Room.CLIENT, client)));
            double bits =
                    result.path("end").path("sum_received").path("bits_per_second").asDouble(0);
            if (bits > 0) {
                return bits / 1e9;
            }
            error = result.path("error").asString("no packets");
        }
        throw new BenchFailure("nothing goes through a TCP stream: " + error);
    }
}
