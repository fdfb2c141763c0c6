package io.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * The arrows of docs/design/HOUSE.md in this module, and what makes the law the same everywhere.
 */
class ArrowsTest {

    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.sallyport");

    private static final JavaClasses BROKEN =
            new ClassFileImporter().importPackages("io.sallyport.allocator.broken");

    private static final String LAW = "io.sallyport.allocator..";

    private static final ArchRule ONLY_THE_JDK =
            classes()
                    .should()
                    .onlyDependOnClassesThat(
                            resideInAnyPackage("io.sallyport..", "java..", "org.jspecify.."));

    private static final ArchRule NET_STANDS_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.sallyport.net..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.sallyport..")
                                    .and(not(resideInAPackage("io.sallyport.net.."))));

    private static final ArchRule IDS_STAND_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.sallyport.ids..")
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage("io.sallyport..")
                                    .and(not(resideInAPackage("io.sallyport.ids.."))));

    private static final ArchRule THE_LAW_DOES_NOT_KNOW_ITS_BYTES_NOR_ITS_TABLE =
            noClasses()
                    .that()
                    .resideInAPackage("io.sallyport.allocator")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sallyport.allocator.wire..", "io.sallyport.allocator.table..");

    private static final ArchRule THE_TABLE_DOES_NOT_KNOW_ITS_BYTES =
            noClasses()
                    .that()
                    .resideInAPackage("io.sallyport.allocator.table..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.sallyport.allocator.wire..");

    private static final ArchRule NO_CLOCK =
            noClasses()
                    .that()
                    .resideInAPackage(LAW)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.time..");

    private static final ArchRule NO_CHANCE_OF_ITS_OWN =
            noClasses()
                    .that()
                    .resideInAPackage(LAW)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Random.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(RandomGenerator.class)
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.security..")
                    .orShould()
                    .callMethod(Math.class, "random");

    /** Errors and buffers of bytes are fine; files, sockets and threads are not. */
    private static final ArchRule NO_WORLD_OUTSIDE =
            noClasses()
                    .that()
                    .resideInAPackage(LAW)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.io..",
                                            "java.net..",
                                            "java.nio.file..",
                                            "java.nio.channels..",
                                            "java.util.concurrent..")
                                    .and(not(type(Serializable.class))))
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Thread.class);

    private static final ArchRule NO_UNORDERED_ITERATION =
            noClasses()
                    .that()
                    .resideInAPackage(LAW)
                    .should()
                    .callMethodWhere(walksAnUnorderedCollection());

    private static DescribedPredicate<JavaCall<?>> walksAnUnorderedCollection() {
        Set<String> owners =
                Set.of(
                        Map.class.getName(),
                        HashMap.class.getName(),
                        Set.class.getName(),
                        HashSet.class.getName());
        Set<String> walks =
                Set.of("entrySet", "keySet", "values", "iterator", "forEach", "toArray");
        return DescribedPredicate.describe(
                "walks an unordered collection",
                call ->
                        owners.contains(call.getTargetOwner().getName())
                                && walks.contains(call.getName()));
    }

    @Test
    void theModuleNeedsNothingButTheJdk() {
        ONLY_THE_JDK.check(MODULE);
    }

    @Test
    void arrowsPointDown() {
        NET_STANDS_ALONE.check(MODULE);
        IDS_STAND_ALONE.check(MODULE);
        THE_LAW_DOES_NOT_KNOW_ITS_BYTES_NOR_ITS_TABLE.check(MODULE);
        THE_TABLE_DOES_NOT_KNOW_ITS_BYTES.check(MODULE);
    }

    @Test
    void theLawIsAFunctionOfTheLog() {
        NO_CLOCK.check(MODULE);
        NO_CHANCE_OF_ITS_OWN.check(MODULE);
        NO_WORLD_OUTSIDE.check(MODULE);
        NO_UNORDERED_ITERATION.check(MODULE);
    }

    @Test
    void theClassesWereSeen() {
        assertThat(MODULE).hasSizeGreaterThan(70);
        assertThat(MODULE.contain("io.sallyport.allocator.LeaseLaw")).isTrue();
        assertThat(MODULE.contain("io.sallyport.allocator.wire.WireReader")).isTrue();
        assertThat(MODULE.contain("io.sallyport.net.IpAddress")).isTrue();
        assertThat(MODULE.contain("io.sallyport.ids.NodeId")).isTrue();
    }

    @Test
    void theRulesCanFail() {
        assertThat(BROKEN).hasSize(1);
        for (ArchRule rule :
                List.of(NO_CLOCK, NO_CHANCE_OF_ITS_OWN, NO_WORLD_OUTSIDE, NO_UNORDERED_ITERATION)) {
            assertThat(rule.evaluate(BROKEN).hasViolation()).as(rule.getDescription()).isTrue();
        }
        JavaClasses tests = new ClassFileImporter().importPackages("io.sallyport");
        assertThat(ONLY_THE_JDK.evaluate(tests).hasViolation()).isTrue();
    }
}
