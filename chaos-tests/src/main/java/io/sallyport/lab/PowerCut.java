package io.sallyport.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A gateway's box loses its power and boots again: what its kernel and its memory had is gone, its
 * disk is as it was. What only the kernel had been given to write is still there.
 */
final class PowerCut {

    private PowerCut() {}

    /** In a lab with that one gateway. */
    static void cut(LabState lab, String node) {
        Topology topology = lab.topology();
        Host host = topology.host(node);
        Faults faults = new Faults(Lab.current(lab));
        faults.kill(List.of(node));
        faults.cut(node);
        Shell.run(
                        "rm",
                        "-rf",
                        Configurations.pins(topology.prefix()).toString(),
                        Lab.inMemory(host).toString())
                .orFail();
        Network.batch(
                host.inside("ip", "-batch", "-"),
                List.of("link del sallyport" + Topology.TUNNEL_PORT));
    }

    /** By the boot id its processes know that the box is in another life. */
    static void boot(LabState lab, String node) {
        LabState now = Lab.current(lab);
        Processes.Running before = now.process(node);
        Path id = Path.of(lab.directory(), node, "boot_id");
        try {
            Files.writeString(id, UUID.randomUUID() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"",
                                id.toString()));
        command.addAll(before.command());
        new Faults(now).heal();
        Processes.Running next =
                new Processes.Running(
                        node,
                        before.pid(),
                        before.started(),
                        before.output(),
                        before.log(),
                        command);
        now.with(next).write();
        Lab.restart(lab, node);
    }
}
