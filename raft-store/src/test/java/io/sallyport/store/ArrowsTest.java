package io.sallyport.store;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may call whom (docs/design/HOUSE.md sections 3 and 4). */
class ArrowsTest {

    private static final String STORE = "io.sallyport.store";

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(STORE);

    private static String room(String name) {
        return STORE + "." + name + "..";
    }

    /** Nothing but these rooms knows the giant. */
    private static ArchRule only(String giant, String... rooms) {
        String[] allowed = Arrays.stream(rooms).map(ArrowsTest::room).toArray(String[]::new);
        return noClasses()
                .that(resideInAPackage(STORE + "..").and(notIn(allowed)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(giant);
    }

    private static DescribedPredicate<JavaClass> notIn(String... packages) {
        return DescribedPredicate.not(resideInAnyPackage(packages));
    }

    /** Of our own rooms this one uses those alone. */
    private static ArchRule arrows(String room, String... targets) {
        String[] allowed =
                Stream.concat(Stream.of(room), Stream.of(targets))
                        .map(ArrowsTest::room)
                        .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(room(room))
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(resideInAPackage(STORE + ".."))
                                .or(resideInAnyPackage(allowed)));
    }

    /** What replicas could disagree about. */
    private static ArchRule deterministic(String room) {
        return noClasses()
                .that()
                .resideInAPackage(room(room))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(
                        "java\\.util\\.(Random|HashMap|HashSet|UUID|concurrent\\..*)"
                                + "|java\\.security\\..*|java\\.time\\.(Clock|Instant)"
                                + "|java\\.io\\.File.*|java\\.nio\\.file\\..*|java\\.net\\..*"
                                + "|java\\.lang\\.Thread")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis");
    }

    @Test
    void theRulesSeeTheModule() {
        assertThat(CLASSES.size()).isGreaterThan(90);
        for (String room :
                new String[] {
                    "calls", "catalog", "client", "config", "front", "machine", "metrics", "raft",
                    "rocks", "trust"
                }) {
            assertThat(CLASSES.that(resideInAPackage(room(room)))).as(room).isNotEmpty();
        }
    }

    @Test
    void onlyTheRaftRoomSeesRatis() {
        only("org.apache.ratis..", "raft").check(CLASSES);
    }

    @Test
    void onlyTheRocksRoomSeesRocksDb() {
        only("org.rocksdb..", "rocks").check(CLASSES);
    }

    @Test
    void onlyFrontClientTransportAndTrustSeeNetty() {
        only("io.netty..", "front", "client", "raft.transport", "trust").check(CLASSES);
    }

    @Test
    void onlyTheMetricsRoomSeesMicrometer() {
        only("io.micrometer..", "metrics").check(CLASSES);
    }

    @Test
    void roomsUseOnlyTheRoomsBelowThem() {
        arrows("catalog").check(CLASSES);
        arrows("calls").check(CLASSES);
        arrows("trust").check(CLASSES);
        arrows("config", "trust").check(CLASSES);
        arrows("metrics", "calls", "trust").check(CLASSES);
        arrows("machine", "calls", "catalog").check(CLASSES);
        arrows("rocks", "machine").check(CLASSES);
        arrows("raft", "calls", "machine", "rocks", "trust").check(CLASSES);
        arrows("front", "calls", "catalog", "machine", "trust").check(CLASSES);
        arrows("client", "calls", "catalog", "trust").check(CLASSES);
        arrows("operator", "calls", "client", "config", "metrics", "trust").check(CLASSES);
    }

    @Test
    void theStateIsAFunctionOfTheLog() {
        deterministic("machine").check(CLASSES);
    }

    @Test
    void theModuleUsesNoModuleAboveIt() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sallyport.gateway..",
                        "io.sallyport.control..",
                        "io.sallyport.flowlogs..",
                        "io.sallyport.lab..",
                        "org.springframework..")
                .check(CLASSES);
    }

    @Test
    void aBrokenRuleIsSeen() throws ClassNotFoundException {
        JavaClasses seeded =
                new ClassFileImporter()
                        .importClasses(Class.forName(STORE + ".machine.SeededViolation"));
        assertThatThrownBy(() -> deterministic("machine").check(seeded))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nanoTime");
        assertThatThrownBy(() -> only("org.rocksdb..", "rocks").check(seeded))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("SeededViolation");
    }
}
