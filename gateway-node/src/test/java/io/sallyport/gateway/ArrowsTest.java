package io.sallyport.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.sallyport.gateway.dataplane.DataPlane;
import io.sallyport.gateway.wire.seeded.ReachesUp;
import org.junit.jupiter.api.Test;

/** docs/design/HOUSE.md, sections 3 and 4, for this module. */
class ArrowsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.sallyport.gateway");

    private static final ArchRule HEADERS_KNOW_NOBODY =
            rooms("wire")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "connections",
                                    "dataplane",
                                    "acl",
                                    "io",
                                    "peers",
                                    "ports",
                                    "view",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "kernel",
                                    "neighbours"));

    private static final ArchRule THE_TABLE_KNOWS_ONLY_HEADERS =
            rooms("connections", "acl")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "dataplane",
                                    "io",
                                    "peers",
                                    "ports",
                                    "view",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "kernel",
                                    "neighbours"));

    private static final ArchRule DOORS_KNOW_NO_PIPELINE =
            rooms("io")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "connections",
                                    "dataplane",
                                    "acl",
                                    "peers",
                                    "ports",
                                    "view",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "kernel",
                                    "neighbours"));

    private static final ArchRule THE_KERNEL_PATH_KNOWS_TABLE_AND_DOORS =
            rooms("kernel")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "dataplane",
                                    "acl",
                                    "peers",
                                    "ports",
                                    "view",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "neighbours"));

    private static final ArchRule PACKETS_KNOW_NO_PEERS =
            rooms("dataplane")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "peers",
                                    "ports",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "neighbours"));

    private static final ArchRule KEEPERS_KNOW_NO_PACKETS =
            rooms("peers", "ports")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "dataplane",
                                    "io",
                                    "acl",
                                    "view",
                                    "config",
                                    "metrics",
                                    "management",
                                    "announce",
                                    "guard",
                                    "kernel",
                                    "neighbours"));

    private static final ArchRule THE_GUARD_KNOWS_NOTHING_OF_PACKETS =
            rooms("guard")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            all(
                                    "connections",
                                    "dataplane",
                                    "acl",
                                    "peers",
                                    "ports",
                                    "view",
                                    "metrics",
                                    "management",
                                    "kernel",
                                    "neighbours"));

    private static final ArchRule NATIVE_CALLS_ARE_MADE_IN_TWO_ROOMS =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "io.sallyport.gateway.io..", "io.sallyport.gateway.kernel..")
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.lang.foreign.Linker");

    private static final ArchRule NETTY_IS_SEEN_IN_PEERS_ONLY =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.sallyport.gateway.peers..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.netty..");

    private static final ArchRule THE_STORE_IS_ITS_CLIENT_AND_CATALOG =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sallyport.store.raft..",
                            "io.sallyport.store.rocks..",
                            "io.sallyport.store.machine..",
                            "io.sallyport.control..",
                            "org.apache.ratis..",
                            "org.rocksdb..",
                            "org.springframework..");

    private static com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction rooms(
            String... names) {
        return noClasses().that().resideInAnyPackage(all(names));
    }

    private static String[] all(String... names) {
        return java.util.Arrays.stream(names)
                .map(name -> "io.sallyport.gateway." + name + "..")
                .toArray(String[]::new);
    }

    @Test
    void headersKnowNobody() {
        HEADERS_KNOW_NOBODY.check(CLASSES);
    }

    @Test
    void theTableAndTheAclKnowOnlyHeaders() {
        THE_TABLE_KNOWS_ONLY_HEADERS.check(CLASSES);
    }

    @Test
    void doorsAndTheKernelPathKnowNoPipeline() {
        DOORS_KNOW_NO_PIPELINE.check(CLASSES);
        THE_KERNEL_PATH_KNOWS_TABLE_AND_DOORS.check(CLASSES);
    }

    @Test
    void packetsKnowNoPeersAndKeepersNoPackets() {
        PACKETS_KNOW_NO_PEERS.check(CLASSES);
        KEEPERS_KNOW_NO_PACKETS.check(CLASSES);
    }

    @Test
    void theGuardKnowsNothingOfPackets() {
        THE_GUARD_KNOWS_NOTHING_OF_PACKETS.check(CLASSES);
    }

    @Test
    void nativeCallsAreMadeInIoAndKernelOnly() {
        NATIVE_CALLS_ARE_MADE_IN_TWO_ROOMS.check(CLASSES);
    }

    @Test
    void nettyIsSeenInPeersOnly() {
        NETTY_IS_SEEN_IN_PEERS_ONLY.check(CLASSES);
    }

    @Test
    void theStoreIsItsClientAndItsCatalog() {
        THE_STORE_IS_ITS_CLIENT_AND_CATALOG.check(CLASSES);
    }

    @Test
    void theRulesSeeTheWholeModule() {
        assertThat(CLASSES.size()).isGreaterThan(120);
        assertThat(CLASSES.contain(DataPlane.class)).isTrue();
    }

    @Test
    void aClassThatReachesUpIsCaught() {
        JavaClasses bad = new ClassFileImporter().importClasses(ReachesUp.class);
        assertThatThrownBy(() -> HEADERS_KNOW_NOBODY.check(bad))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ReachesUp");
        assertThatThrownBy(() -> NATIVE_CALLS_ARE_MADE_IN_TWO_ROOMS.check(bad))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> NETTY_IS_SEEN_IN_PEERS_ONLY.check(bad))
                .isInstanceOf(AssertionError.class);
    }
}
