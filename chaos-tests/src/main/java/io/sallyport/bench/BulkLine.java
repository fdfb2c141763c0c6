package io.sallyport.bench;

import io.sallyport.bench.Testbed.Room;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Line 2: one TCP stream by iperf3, with the senders' segmentation offload as the path leaves it.
 */
final class BulkLine implements DataplaneLine {

    private static final String PORT = "5201";

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
        String seconds = rounds.quick() ? "1" : "3";
        rounds.each(rig -> {
            rounds.more("2 bulk TCP out", "Gbit/s", rig, gigabits(rig, seconds, false));
            rounds.more("2 bulk TCP in", "Gbit/s", rig, gigabits(rig, seconds, true));
        });
    }

    private static double gigabits(Rig rig, String seconds, boolean inward) {
        Testbed testbed = rig.forwarding().testbed();
        testbed.run(Room.SERVER, "iperf3", "--server", "--one-off", "--daemon", "--port", PORT);
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
        JsonNode result =
                JsonMapper.shared().readTree(Tool.run(testbed.inside(Room.CLIENT, client), ""));
        return result.path("end").path("sum_received").path("bits_per_second").asDouble() / 1e9;
    }
}
