package io.sallyport.solo;

import static io.sallyport.solo.SoloBox.CLIENTS;
import static io.sallyport.solo.SoloBox.EIP_ON_LINK;
import static io.sallyport.solo.SoloBox.EIP_ROUTED;
import static io.sallyport.solo.SoloBox.EIP_V6;
import static io.sallyport.solo.SoloBox.FAR_SERVER;
import static io.sallyport.solo.SoloBox.SERVER;
import static io.sallyport.solo.SoloBox.SERVER_V6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One box as a gateway; its life goes on from test to test. */
@Tag("privileged")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SoloTest {

    private static final Duration START = Duration.ofSeconds(120);
    private static final int MEGABYTES_100 = 100 << 20;
    private static final String REST = "127.0.0.1:8080";

    @TempDir static Path directory = Path.of("");
    private SoloBox box;
    private Process solo;
    private int starts;

    @BeforeAll
    void start() {
        box = new SoloBox();
        assertThat(box.works("client", "ping", "-c", "1", "-W", "2", SERVER))
                .as("the box forwards plainly before there is a gateway")
                .isTrue();
        box.start(
                "server",
                directory.resolve("server.out"),
                SoloBox.java("io.sallyport.lab.TestServer"));
        solo = startSolo();
        awaitReady();
    }

    @AfterAll
    void stop() {
        box.close();
    }

    private Process startSolo() {
        starts++;
        return box.start("box", output(), solo("lan", "wan", allEips()));
    }

    private static String allEips() {
        return String.join(",", EIP_ON_LINK, EIP_ROUTED, EIP_V6);
    }

    private String[] solo(String inside, String outside, String eips) {
        return SoloBox.java(
                "io.sallyport.solo.Main",
                "--inside",
                inside,
                "--outside",
                outside,
                "--eip",
                eips,
                "--state",
                directory.resolve("state").toString(),
                "--listen",
                REST);
    }

    private Path output() {
        return directory.resolve("solo-" + starts + ".out");
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        await().atMost(START)
                .failFast(
                        "solo ended", () -> assertThat(solo.isAlive()).as(read(output())).isTrue())
                .until(() -> read(output()).contains("ready solo eip=" + EIP_ON_LINK));
    }

    private String[] curl(String... arguments) {
        String[] whole = new String[arguments.length + 4];
        System.arraycopy(new String[] {"curl", "-sSf", "--max-time", "60"}, 0, whole, 0, 4);
        System.arraycopy(arguments, 0, whole, 4, arguments.length);
        return whole;
    }

    /** Address and port of the client as the server saw them. */
    private String whoAmI(String client, String server) {
        return box.output("client", curl("--interface", client, "http://" + server + "/whoami"));
    }

    @Test
    @Order(1)
    void carriesClientsThroughEipsOnTheLinkAndRoutedOnes() {
        Set<String> seen = new HashSet<>();
        for (String client : CLIENTS) {
            String source = whoAmI(client, SERVER);
            assertThat(source).containsAnyOf(EIP_ON_LINK, EIP_ROUTED);
            seen.add(source.contains(EIP_ON_LINK) ? EIP_ON_LINK : EIP_ROUTED);
        }
        assertThat(seen).as("both kinds of EIP carry").hasSize(2);
    }

    @Test
    @Order(2)
    void carriesIpv6ByTheSameCode() {
        String source = whoAmI("fd00:1::2", "[" + SERVER_V6 + "]").split(" ")[0];
        assertThat(InetAddress.ofLiteral(source)).isEqualTo(InetAddress.ofLiteral(EIP_V6));
        assertThat(box.works("client", "ping", "-6", "-c", "2", "-W", "5", SERVER_V6)).isTrue();
    }

    @Test
    @Order(3)
    void carriesPingAndUdp() {
        assertThat(box.works("client", "ping", "-c", "2", "-W", "5", SERVER)).isTrue();
        String echoed =
                box.output(
                        "client",
                        "bash",
                        "-c",
                        "exec 3<>/dev/udp/%s/9002; echo hello >&3; timeout 10 head -n 1 <&3"
                                .formatted(SERVER));
        assertThat(echoed).contains("hello");
    }

    @Test
    @Order(3)
    void explainsWhatWouldHappenToAPacket() {
        String first = "udp %s:4000 > %s:53".formatted(CLIENTS.getFirst(), SERVER);
        assertThat(explain(first))
                .contains("interface   lan, inside, VPC ")
                .contains("connection  none in this node's table")
                .contains("result      ")
                .contains("open, then forward");
        assertThat(explain("udp %s:53 > %s:4000 outside".formatted(SERVER, EIP_ROUTED)))
                .contains("interface   wan, outside")
                .contains("40 unknown_connection");
    }

    private String explain(String packet) {
        String config = directory.resolve("state/config/gateway.properties").toString();
        return box.output(
                "box",
                SoloBox.java("io.sallyport.gateway.Main", "explain", "--config", config, packet));
    }

    @Test
    @Order(4)
    void carries100MegabytesUnharmed() throws NoSuchAlgorithmException {
        String sum =
                box.output(
                        "client",
                        "bash",
                        "-c",
                        "curl -sSf --max-time 120 http://%s/bytes/%d | sha256sum"
                                .formatted(SERVER, MEGABYTES_100));
        assertThat(sum).startsWith(expectedSum());
    }

    private static String expectedSum() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] bytes = new byte[MEGABYTES_100];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return HexFormat.of().formatHex(digest.digest(bytes));
    }

    @Test
    @Order(5)
    void findsThePathsMtuOverALinkOf1280Bytes() throws IOException {
        Path upload = directory.resolve("upload");
        Files.write(upload, new byte[4 << 20]);
        // The echo brings as many bytes back: both directions must find the narrow link.
        String echoed =
                box.output(
                        "client",
                        "bash",
                        "-c",
                        ("exec 3<>/dev/tcp/%s/9001; cat %s >&3 & "
                                        + "timeout 60 head -c %d <&3 | wc -c")
                                .formatted(FAR_SERVER, upload, 4 << 20));
        assertThat(echoed.strip()).isEqualTo(Integer.toString(4 << 20));
        assertThat(box.output("client", "ip", "route", "get", FAR_SERVER)).contains("mtu 1280");
    }

    @Test
    @Order(6)
    void leavesTheBoxesOwnTrafficAlone() {
        assertThat(box.output("box", curl("http://" + SERVER + "/whoami")))
                .contains("198.51.100.2");
        assertThat(box.works("client", "ping", "-c", "1", "-W", "5", "10.1.0.1")).isTrue();
        assertThat(box.works("isp", "ping", "-c", "1", "-W", "5", "198.51.100.2")).isTrue();
    }

    @Test
    @Order(6)
    void tenantsKeyPairSignsRequestsOfAwssTools() {
        Map<String, String> pair =
                read(directory.resolve("state/aws-credentials"))
                        .lines()
                        .filter(line -> line.contains(" = "))
                        .map(line -> line.split(" = "))
                        .collect(Collectors.toMap(words -> words[0], words -> words[1]));
        String[] signed =
                curl(
                        "--aws-sigv4",
                        "aws:amz:us-east-1:ec2",
                        "--user",
                        pair.get("aws_access_key_id") + ":" + pair.get("aws_secret_access_key"),
                        "-d",
                        "Action=DescribeNatGateways&Version=2016-11-15",
                        "http://" + REST + "/");
        assertThat(box.output("box", signed))
                .contains("<state>available</state>", "<publicIp>" + EIP_ROUTED + "</publicIp>");
    }

    @Test
    @Order(7)
    void letsNothingThroughUntranslatedOnceItIsDeadAndGoesOnWithItsStateWhenItIsBack() {
        String before = gateways();
        List<ProcessHandle> family = solo.descendants().toList();
        // ip netns exec is replaced by what it runs, so this is the supervisor itself.
        solo.destroyForcibly();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> family.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(box.works("client", "ping", "-c", "2", "-W", "1", SERVER))
                .as("plain forwarding past a dead gateway")
                .isFalse();
        assertThat(box.works("isp", "ping", "-c", "1", "-W", "1", "10.1.0.2"))
                .as("plain forwarding inwards")
                .isFalse();

        solo = startSolo();
        awaitReady();
        assertThat(gateways()).isEqualTo(before);
        assertThat(whoAmI(CLIENTS.getFirst(), SERVER)).containsAnyOf(EIP_ON_LINK, EIP_ROUTED);
    }

    private String gateways() {
        String key = read(directory.resolve("state/tenant.key")).strip();
        String auth = "Authorization: Bearer " + key;
        return box.output("box", curl("-H", auth, "http://" + REST + "/v1/gateways"))
                + box.output("box", curl("-H", auth, "http://" + REST + "/v1/elastic-ips"));
    }

    @Test
    @Order(8)
    void startsADeadGatewayProcessAgain() {
        String pid =
                read(directory.resolve("state/processes"))
                        .lines()
                        .filter(line -> line.startsWith("gateway "))
                        .map(line -> line.split(" ")[1])
                        .findFirst()
                        .orElseThrow();
        ProcessHandle gateway = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        gateway.destroyForcibly();
        await().atMost(START)
                .until(() -> box.works("client", curl("http://" + SERVER + "/whoami")));
        assertThat(read(output())).contains("gateway ended with").contains("may be lost");
    }

    @Test
    @Order(9)
    void refusesASecondSoloWithTheSameState() throws Exception {
        Path out = directory.resolve("second.out");
        Process second = box.start("box", out, solo("lan", "wan", allEips()));
        assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(read(out)).contains("another solo runs");
    }

    @Test
    @Order(10)
    void stopsAllOnSigtermAndLeavesTheBoxAsItWas() throws Exception {
        List<ProcessHandle> family = solo.descendants().toList();
        solo.destroy();
        assertThat(solo.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(family).noneMatch(ProcessHandle::isAlive);
        assertThat(box.output("box", "nft", "list", "ruleset")).doesNotContain("sallyport");
        assertThat(box.works("client", "ping", "-c", "1", "-W", "5", SERVER)).isTrue();
    }

    @Test
    @Order(11)
    void saysWhatIsWrongWithItsArguments() throws Exception {
        refuses(solo("lan", "wan", "198.51.100.2"), "ip addr del 198.51.100.2/24 dev wan");
        refuses(solo("lan7", "wan", EIP_ON_LINK), "there is no network interface lan7");
        refuses(solo("lan", "wan", "somewhere"), "somewhere");
        refuses(solo("wan", "wan", EIP_ON_LINK), "--inside and --outside are both wan");
    }

    private void refuses(String[] command, String saying) throws Exception {
        Path out = Files.createTempFile(directory, "refused", ".out");
        Process process = box.start("box", out, command);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(out, StandardCharsets.UTF_8)).contains(saying);
        assertThat(process.exitValue()).isEqualTo(2);
    }
}
