package io.sallyport.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.sallyport.control.access.Operator;
import io.sallyport.ids.TenantId;
import org.junit.jupiter.api.Test;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The arrows of docs/design/HOUSE.md, sections 3 and 4, for this module. */
class ArrowsTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.sallyport.control");

    private static final ArchRule ONLY_CONTRACTS =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.ratis..",
                            "org.rocksdb..",
                            "io.netty..",
                            "io.sallyport.store.raft..",
                            "io.sallyport.store.rocks..",
                            "io.sallyport.store.machine..",
                            "io.sallyport.store.front..",
                            "io.sallyport.gateway..");

    @Test
    void classesWereSeen() {
        assertThat(CLASSES.size()).isGreaterThan(40);
    }

    @Test
    void storeIsKnownByItsClientAndItsCatalogOnly() {
        ONLY_CONTRACTS.check(CLASSES);
    }

    @Test
    void breachIsSeen() {
        JavaClasses bad = new ClassFileImporter().importPackages("io.sallyport.control.arrows");
        assertThat(ONLY_CONTRACTS.evaluate(bad).hasViolation()).isTrue();
    }

    @Test
    void featuresDoNotKnowEachOther() {
        slices().matching("io.sallyport.control.(*)..").should().beFreeOfCycles().check(CLASSES);
        for (String feature :
                new String[] {
                    "vpcs",
                    "addresses",
                    "gateways",
                    "acls",
                    "flowlogs",
                    "tenants",
                    "connections",
                    "nodes"
                }) {
            classes()
                    .that()
                    .resideInAPackage("io.sallyport.control." + feature)
                    .should()
                    .onlyHaveDependentClassesThat()
                    .resideInAPackage("io.sallyport.control." + feature)
                    .check(CLASSES);
        }
    }

    @Test
    void ec2IsKnownToNobody() {
        classes()
                .that()
                .resideInAPackage("io.sallyport.control.ec2..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAPackage("io.sallyport.control.ec2..")
                .check(CLASSES);
    }

    @Test
    void controllersArePackagePrivate() {
        classes()
                .that()
                .areAnnotatedWith(RestController.class)
                .should()
                .bePackagePrivate()
                .check(CLASSES);
    }

    @Test
    void everyCallKnowsItsCallerBeforeItReadsAnything() {
        methods()
                .that()
                .areMetaAnnotatedWith(RequestMapping.class)
                .and()
                .areDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Controller")
                .should(beginWithACaller())
                .check(CLASSES);
    }

    private static ArchCondition<JavaMethod> beginWithACaller() {
        return new ArchCondition<>("begin with a caller") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean known =
                        !method.getRawParameterTypes().isEmpty()
                                && (method.getRawParameterTypes()
                                                .getFirst()
                                                .isEquivalentTo(TenantId.class)
                                        || method.getRawParameterTypes()
                                                .getFirst()
                                                .isEquivalentTo(Operator.class));
                events.add(new SimpleConditionEvent(method, known, method.getFullName()));
            }
        };
    }
}
