package io.sallyport.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each version reaches its one port; what is put together of two reaches one that neither does. */
class AclVersionsTest {

    private static final String SERVER = "198.51.100.11";
    private static final AclVersions VERSIONS = new AclVersions(SERVER, 50);

    /** The ports that rules let through, by the first that matches. */
    private static List<Integer> reached(List<Map<String, Object>> entries) {
        JsonNode told = JsonMapper.shared().readTree(AclVersions.body(entries)).path("entries");
        return IntStream.range(0, AclVersions.PORTS)
                .filter(port -> isAllowed(told, AclVersions.FIRST_PORT + port))
                .boxed()
                .toList();
    }

    private static boolean isAllowed(JsonNode entries, int port) {
        return StreamSupport.stream(entries.spliterator(), false)
                .filter(entry -> entry.path("egress").asBoolean())
                .filter(entry -> matches(entry, port))
                .min(Comparator.comparing(entry -> entry.path("ruleNumber").asInt()))
                .orElseThrow()
                .path("action")
                .asString()
                .equals("allow");
    }

    private static boolean matches(JsonNode entry, int port) {
        String cidr = entry.path("cidr").asString();
        return cidr.equals("0.0.0.0/0")
                || (cidr.equals(SERVER + "/32")
                        && entry.path("portRange").path("from").asInt() <= port
                        && entry.path("portRange").path("to").asInt() >= port);
    }

    @Test
    void aVersionReachesItsPort() {
        assertThat(reached(VERSIONS.entries(6))).containsExactly(AclVersions.EVEN);
        assertThat(reached(VERSIONS.entries(7))).containsExactly(AclVersions.ODD);
    }

    @Test
    void aMixtureOfTwoReachesWhatNeitherDoes() {
        for (int version = 0; version < 2; version++) {
            for (int cut = 3; cut < 50 - 4 - 2; cut++) {
                assertThat(reached(VERSIONS.torn(version, cut)))
                        .as("%d rules of version %d", cut, version)
                        .anyMatch(AclVersions::isForbidden);
            }
        }
    }

    @Test
    void aVersionHasAsManyRulesAsItIsToHave() {
        assertThat(new AclVersions(SERVER, AclVersions.LEAST).entries(1))
                .hasSize(AclVersions.LEAST);
        assertThat(new AclVersions(SERVER, 10_000).entries(0)).hasSize(10_000);
    }

    @Test
    void nearlyAllRulesChange() {
        List<Map<String, Object>> before = VERSIONS.entries(0);
        List<Map<String, Object>> after = VERSIONS.entries(1);
        assertThat(before.stream().filter(after::contains)).hasSize(4);
    }
}
