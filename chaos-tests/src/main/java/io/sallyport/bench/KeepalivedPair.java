package io.sallyport.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What people run today: two boxes with nftables, keepalived (adverts every 30 ms, no preemption)
 * and conntrackd (FTFW), as Debian has them; with the resync at each change and the rules that
 * conntrackd's manual asks for: what does not belong to a known connection waits for the commit.
 *
 * <pre>
 *  client 1, 2  10.1.0.11, .12 --+-- in0  box 1, 2  out0 --+-- 198.51.100.2  server
 *                     gateway 10.1.0.1 (virtual)   198.51.100.77 (virtual)
 *                                    sync0 192.0.2.1, .2
 * </pre>
 */
final class KeepalivedPair implements Boxes {

    static final String NAME = "keepalived + conntrackd";

    private static final String INSIDE_VIP = KeepalivedFiles.INSIDE_VIP;
    private static final String OUTSIDE_VIP = KeepalivedFiles.OUTSIDE_VIP;
    private static final String SERVER = "198.51.100.2";
    private static final int BOXES = 2;
    private static final int CLIENTS = 2;
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration COPIES = Duration.ofSeconds(20);

    private final String prefix = "spk-%d-".formatted(ProcessHandle.current().pid());

    /** A path of a socket must be short. */
    private final Path directory = Path.of("/dev/shm", "spk-" + ProcessHandle.current().pid());

    private final Children children = new Children(directory);
    private final Thread atExit = new Thread(this::down, "pair down");
    private boolean isDown;

    KeepalivedPair() {
        sweep();
        Runtime.getRuntime().addShutdownHook(atExit);
        build();
        IntStream.rangeClosed(1, BOXES).forEach(this::start);
        awaitOneMaster();
    }

    /** What benches that were killed have left. */
    private static void sweep() {
        Tool.said(List.of("ip", "netns", "list"))
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> name.startsWith("spk-"))
                .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-")[1])).isEmpty())
                .forEach(name -> Tool.said(List.of("ip", "netns", "delete", name)));
    }

    private List<String> names() {
        return Stream.of(
                        Stream.of("switch", "server"),
                        IntStream.rangeClosed(1, CLIENTS).mapToObj(n -> "client-" + n),
                        IntStream.rangeClosed(1, BOXES).mapToObj(n -> "box-" + n))
                .flatMap(each -> each)
                .toList();
    }

    private void build() {
        Tool.batch(
                List.of("ip", "-batch", "-"),
                names().stream().map(name -> "netns add " + prefix + name).toList());
        List<String> wires = new ArrayList<>(List.of("link set lo up"));
        for (String bridge : List.of("inside", "outside", "sync")) {
            wires.add("link add " + bridge + " type bridge forward_delay 0 mcast_snooping 0");
            wires.add("link set " + bridge + " up");
        }
        wire(wires, "server", "eth0", "outside");
        for (int n = 1; n <= CLIENTS; n++) {
            wire(wires, "client-" + n, "eth0", "inside");
        }
        for (int n = 1; n <= BOXES; n++) {
            wire(wires, "box-" + n, "in0", "inside");
            wire(wires, "box-" + n, "out0", "outside");
            wire(wires, "box-" + n, "sync0", "sync");
        }
        ip("switch", wires);
        ip("server", List.of("address add " + SERVER + "/24 dev eth0"));
        for (int n = 1; n <= CLIENTS; n++) {
            ip(
                    "client-" + n,
                    List.of(
                            "address add 10.1.0.1%d/16 dev eth0".formatted(n),
                            "route add default via " + INSIDE_VIP));
        }
        for (int n = 1; n <= BOXES; n++) {
            ip(
                    "box-" + n,
                    List.of(
                            "address add 10.1.0.10%d/16 dev in0".formatted(n),
                            "address add 198.51.100.10%d/24 dev out0".formatted(n),
                            "address add 192.0.2.%d/24 dev sync0".formatted(n)));
            Tool.run(
                    inside("box-" + n, "sh", "-e"),
                    """
                    echo 1 > /proc/sys/net/ipv4/ip_forward
                    echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
                    echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
                    echo 0 > /proc/sys/net/ipv4/conf/in0/send_redirects
                    echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose
                    """);
            Tool.run(
                    inside("box-" + n, "nft", "-f", "-"),
                    """
                    table ip nat {
                      chain postrouting {
                        type nat hook postrouting priority srcnat;
                        oifname "out0" snat to %s fully-random
                      }
                    }
                    table ip filter {
                      chain forward {
                        type filter hook forward priority filter; policy drop;
                        ct state established,related accept
                        iifname "in0" meta l4proto tcp tcp flags & (syn|ack) == syn accept
                        iifname "in0" meta l4proto != tcp ct state new accept
                      }
                    }
                    """
                            .formatted(OUTSIDE_VIP));
        }
    }

    /** A cable from a host to a bridge of the switch. */
    private void wire(List<String> lines, String host, String device, String bridge) {
        String end = host + "-" + device;
        lines.add(
                "link add %s type veth peer name %s netns %s"
                        .formatted(end, device, prefix + host));
        lines.add("link set %s master %s".formatted(end, bridge));
        lines.add("link set %s up".formatted(end));
    }

    private void ip(String host, List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        if (!host.equals("switch")) {
            all.addFirst("link set lo up");
            for (String device : devices(host)) {
                all.addFirst("link set " + device + " up");
            }
        }
        Tool.batch(inside(host, "ip", "-batch", "-"), all);
    }

    private static List<String> devices(String host) {
        return host.startsWith("box") ? List.of("in0", "out0", "sync0") : List.of("eth0");
    }

    private List<String> inside(String host, String... command) {
        return Stream.concat(
                        Stream.of("nsenter", "--net=/run/netns/" + prefix + host),
                        Stream.of(command))
                .toList();
    }

    private Path file(int box, String name) {
        return directory.resolve("box-" + box).resolve(name);
    }

    private void write(int box, String name, String text) {
        try {
            Files.createDirectories(directory.resolve("box-" + box));
            Files.writeString(file(box, name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(int box) {
        KeepalivedFiles files = new KeepalivedFiles(directory.resolve("box-" + box), box);
        write(box, "conntrackd.conf", files.conntrackd());
        write(box, "change.sh", files.change());
        write(box, "keepalived.conf", files.keepalived());
        children.start(
                daemon("conntrackd", box),
                inside("box-" + box, "conntrackd", "-C", file(box, "conntrackd.conf").toString()));
        children.awaitTrue(
                "conntrackd of box " + box + " does not answer",
                () -> !Tool.said(control(box, "-s")).contains("can't connect"),
                READY);
        startKeepalived(box);
    }

    private void startKeepalived(int box) {
        children.start(
                daemon("keepalived", box),
                inside(
                        "box-" + box,
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--vrrp",
                        "-f",
                        file(box, "keepalived.conf").toString(),
                        "-p",
                        file(box, "keepalived.pid").toString(),
                        "-r",
                        file(box, "vrrp.pid").toString()));
    }

    private static String daemon(String name, int box) {
        return name + "-" + box;
    }

    private List<String> control(int box, String verb) {
        return inside(
                "box-" + box, "conntrackd", "-C", file(box, "conntrackd.conf").toString(), verb);
    }

    private static int other(int box) {
        return BOXES + 1 - box;
    }

    private static int number(String box) {
        return Integer.parseInt(box.substring(4));
    }

    private boolean isMaster(int box) {
        return Tool.said(inside("box-" + box, "ip", "-4", "address", "show"))
                .contains(OUTSIDE_VIP + "/");
    }

    private void awaitOneMaster() {
        children.awaitTrue(
                "not one of the two boxes is master", () -> isMaster(1) != isMaster(2), READY);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<List<String>> clients() {
        return IntStream.rangeClosed(1, CLIENTS).mapToObj(n -> inside("client-" + n)).toList();
    }

    @Override
    public List<String> server() {
        return inside("server");
    }

    @Override
    public String serverAddress() {
        return SERVER;
    }

    /** Whoever is master: the death of the other is none. */
    @Override
    public String victim(int n) {
        return isMaster(1) ? "box-1" : "box-2";
    }

    @Override
    public Optional<String> second(String victim) {
        return Optional.empty();
    }

    @Override
    public long alarms() {
        return IntStream.rangeClosed(1, BOXES)
                .mapToObj(box -> children.log(daemon("keepalived", box)))
                .mapToLong(log -> {
                    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
                        return lines.filter(
                                        line -> line.contains("(OUTSIDE) Entering MASTER STATE"))
                                .count();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
    }

    @Override
    public void die(String box, Death death) {
        int number = number(box);
        String signal = death == Death.STOPPED ? "STOP" : "KILL";
        StringBuilder script = new StringBuilder("kill -s %s %s".formatted(signal, brain(number)));
        if (death == Death.BOX_GONE) {
            script.append(" ").append(children.pid(daemon("conntrackd", number)));
            for (String device : devices(box)) {
                script.append("; ip link set %s-%s down".formatted(box, device));
            }
        }
        Tool.run(inside("switch", "sh", "-c", script.toString()), "");
    }

    /** keepalived, and the process of it that speaks VRRP; as a shell reads it. */
    private String brain(int box) {
        return "$(cat %s) %d"
                .formatted(file(box, "vrrp.pid"), children.pid(daemon("keepalived", box)));
    }

    /** conntrackd may take a whole processor for minutes after a box came back. */
    @Override
    public void standAside(boolean aside) {
        for (int box = 1; box <= BOXES; box++) {
            String name = daemon("conntrackd", box);
            if (children.isAlive(name)) {
                String pid = Long.toString(children.pid(name));
                Tool.said(List.of("kill", "-s", aside ? "STOP" : "CONT", pid));
            }
        }
    }

    @Override
    public void comeBack(List<String> dead, Death death) {
        dead.forEach(box -> comeBack(box, death));
        awaitOneMaster();
        awaitCopies();
    }

    private void comeBack(String box, Death death) {
        int number = number(box);
        switch (death) {
            case STOPPED -> Tool.run(inside(box, "sh", "-c", "kill -s CONT " + brain(number)), "");
            case KILLED -> {
                awaitEnded("keepalived", number);
                dropAddresses(box);
                startKeepalived(number);
            }
            case BOX_GONE -> {
                awaitEnded("keepalived", number);
                awaitEnded("conntrackd", number);
                // A box that boots knows no connection and has no address of the pair's.
                dropAddresses(box);
                Tool.said(inside(box, "conntrack", "-F"));
                Tool.said(
                        List.of(
                                "rm",
                                "-f",
                                file(number, "lock").toString(),
                                file(number, "ctl").toString()));
                for (String device : devices(box)) {
                    Tool.run(inside("switch", "ip", "link", "set", box + "-" + device, "up"), "");
                }
                start(number);
            }
        }
    }

    private void awaitEnded(String name, int box) {
        children.awaitTrue(
                name + " of box " + box + " does not end",
                () -> !children.isAlive(daemon(name, box)),
                READY);
    }

    private void dropAddresses(String box) {
        Tool.said(inside(box, "ip", "address", "delete", INSIDE_VIP + "/16", "dev", "in0"));
        Tool.said(inside(box, "ip", "address", "delete", OUTSIDE_VIP + "/24", "dev", "out0"));
    }

    /** Until the one that stands by has what the master has; where it never does, that is so. */
    private void awaitCopies() {
        int master = isMaster(1) ? 1 : 2;
        long deadline = System.nanoTime() + COPIES.toNanos();
        while (entries(other(master), "external") < 0.99 * entries(master, "internal")
                && System.nanoTime() < deadline) {
            LabBoxes.pause(200);
        }
    }

    /** How many connections conntrackd has of its own box's ("internal") or of the other's. */
    private long entries(int box, String cache) {
        Matcher found =
                Pattern.compile("cache " + cache + ":\\s+current active connections:\\s+(\\d+)")
                        .matcher(Tool.said(control(box, "-s")));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    @Override
    public void close() {
        down();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process ends already, and this is its end.
            return;
        }
    }

    private synchronized void down() {
        if (isDown) {
            return;
        }
        isDown = true;
        // The child would go on for a moment without its parent.
        Tool.said(List.of("sh", "-c", "cat " + directory + "/*/vrrp.pid | xargs -r kill -s KILL"));
        children.close();
        names().forEach(name -> Tool.said(List.of("ip", "netns", "delete", prefix + name)));
        try {
            Scratch.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
