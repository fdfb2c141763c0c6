package io.sallyport.bench;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.sallyport.bench.seeded.ReachesPastTheKernelRoom;
import java.lang.foreign.Linker;
import org.junit.jupiter.api.Test;

/** The bench uses two things of the product directly: the stores' client and the kernel's room. */
class BenchArrowsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.sallyport.bench");

    private static final ArchRule ONLY_THE_KERNEL_ROOM =
            noClasses()
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "io.sallyport.gateway..",
                                            "io.sallyport.control..",
                                            "io.sallyport.lab..",
                                            "io.sallyport.solo..")
                                    .and(resideOutsideOfPackage("io.sallyport.gateway.kernel")));

    private static final ArchRule NATIVE_CALLS_IN_ONE_PLACE =
            noClasses()
                    .that()
                    .doNotHaveSimpleName("NativeThread")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Linker.class);

    @Test
    void ofTheGatewayItKnowsOnlyTheKernelRoom() {
        ONLY_THE_KERNEL_ROOM.check(CLASSES);
    }

    @Test
    void itsOwnNativeCallsAreInOnePlace() {
        NATIVE_CALLS_IN_ONE_PLACE.check(CLASSES);
    }

    @Test
    void theRulesSeeTheBench() {
        assertThat(CLASSES.size()).isGreaterThan(30);
        assertThat(CLASSES.contain(DataplaneBench.class)).isTrue();
    }

    @Test
    void theRulesCanFail() {
        JavaClasses seeded = new ClassFileImporter().importClasses(ReachesPastTheKernelRoom.class);
        assertThatThrownBy(() -> ONLY_THE_KERNEL_ROOM.check(seeded))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ReachesPastTheKernelRoom");
        assertThatThrownBy(() -> NATIVE_CALLS_IN_ONE_PLACE.check(seeded))
                .isInstanceOf(AssertionError.class);
    }
}
