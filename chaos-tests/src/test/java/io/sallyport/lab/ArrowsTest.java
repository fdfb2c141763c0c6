package io.sallyport.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.sallyport.lab.seeded.ReachesIntoTheStore;
import org.junit.jupiter.api.Test;

/** The lab knows the product as a stranger does: by command lines, REST and packets. */
class ArrowsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.sallyport.lab", "io.sallyport.solo");

    private static final ArchRule BLACK_BOX =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.sallyport.lab..", "io.sallyport.solo..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.sallyport.net..",
                            "io.sallyport.ids..",
                            "io.sallyport.allocator..",
                            "io.sallyport.store..",
                            "io.sallyport.flowlogs..",
                            "io.sallyport.gateway..",
                            "io.sallyport.control..");

    private static final ArchRule NO_NATIVE_CALLS =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.sallyport.lab..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.lang.foreign..");

    @Test
    void theLabStaysBlackBox() {
        BLACK_BOX.check(CLASSES);
    }

    @Test
    void theLabMakesNoNativeCalls() {
        NO_NATIVE_CALLS.check(CLASSES);
    }

    @Test
    void theRulesSeeTheLab() {
        assertThat(CLASSES.size()).isGreaterThan(20);
        assertThat(CLASSES.contain(Lab.class)).isTrue();
    }

    @Test
    void theRulesCanFail() {
        JavaClasses seeded = new ClassFileImporter().importClasses(ReachesIntoTheStore.class);
        assertThatThrownBy(() -> BLACK_BOX.check(seeded))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("ReachesIntoTheStore");
        assertThatThrownBy(() -> NO_NATIVE_CALLS.check(seeded)).isInstanceOf(AssertionError.class);
    }
}
