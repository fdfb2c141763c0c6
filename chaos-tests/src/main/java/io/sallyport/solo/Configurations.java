package io.sallyport.solo;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes each process's configuration file: one of each, on loopback. */
final class Configurations {

    private static final String HOST = "127.0.0.1:";
    private static final int PORTS = 5;

    private final StateDirectory state;
    private final List<Integer> ports;
    private final Certificates certificates;

    Configurations(StateDirectory state) {
        this.state = state;
        this.ports = state.ports(PORTS);
        this.certificates = new Certificates(state);
    }

    Path store() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", "solo");
        keys.put("store.id", "solo-store");
        keys.put("store.directory", state.resolve("store").toString());
        keys.put("store.raft.peers", "solo-store=" + HOST + ports.get(0));
        keys.put("store.front.peers", front());
        keys.put("management.listen", HOST + ports.get(2));
        certificates.put(keys, "store/solo-store");
        return write("store", keys);
    }

    private String front() {
        return "solo-store=" + HOST + ports.get(1);
    }

    /**
     * @param more keys of the gateway's own that the user set
     */
    Path gateway(List<String> inside, String outside, Map<String, String> more) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", "solo");
        keys.put("node.id", "solo");
        keys.put("node.directory", state.resolve("gateway").toString());
        keys.put("stores", front());
        keys.put("peers.listen", HOST + ports.get(3));
        keys.put("management.listen", HOST + ports.get(4));
        keys.put("inside.interfaces", String.join(",", inside));
        keys.put("outside.interface", outside);
        certificates.put(keys, "node/solo");
        keys.putAll(more);
        return write("gateway", keys);
    }

    Path control(String listen) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("cluster.id", "solo");
        keys.put("listen", listen);
        keys.put("stores", front());
        keys.put("operator.key", state.operatorKey());
        keys.put("ec2.key", state.ec2Key());
        certificates.put(keys, "control/control");
        return write("control", keys);
    }

    private Path write(String name, Map<String, String> keys) {
        String file = "config/" + name + ".properties";
        state.write(
                file,
                keys.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n")));
        return state.resolve(file);
    }
}
