package io.sallyport.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three members of etcd on this box, durable as they come, with room for what is put there. */
final class EtcdTrio implements AutoCloseable {

    private final Children children;
    private final List<String> endpoints;

    EtcdTrio(Path directory) {
        children = new Children(directory);
        int[] ports = Children.freePorts(6);
        endpoints = IntStream.range(0, 3).mapToObj(i -> "http://127.0.0.1:" + ports[i]).toList();
        List<String> peers =
                IntStream.range(0, 3).mapToObj(i -> "http://127.0.0.1:" + ports[3 + i]).toList();
        String cluster = "etcd-0=%s,etcd-1=%s,etcd-2=%s".formatted(peers.toArray(Object[]::new));
        for (int i = 0; i < 3; i++) {
            String name = "etcd-" + i;
            children.start(
                    name,
                    Stream.of(
                                    "etcd",
                                    "--name=" + name,
                                    "--data-dir=" + directory.resolve(name),
                                    "--listen-client-urls=" + endpoints.get(i),
                                    "--advertise-client-urls=" + endpoints.get(i),
                                    "--listen-peer-urls=" + peers.get(i),
                                    "--initial-advertise-peer-urls=" + peers.get(i),
                                    "--initial-cluster=" + cluster,
                                    "--initial-cluster-token=bench",
                                    "--quota-backend-bytes=8589934592",
                                    "--logger=zap",
                                    "--log-level=warn")
                            .toList());
        }
    }

    EtcdContender connect() {
        EtcdContender contender = new EtcdContender(endpoints);
        children.awaitTrue("etcd does not answer", contender::answers, Duration.ofSeconds(60));
        return contender;
    }

    @Override
    public void close() {
        children.close();
    }
}
