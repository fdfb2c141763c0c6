package io.sallyport.flowlogs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.sallyport.flowlogs.record.SeededArrowUp;
import org.junit.jupiter.api.Test;

/** The arrows of docs/design/HOUSE.md, sections 3 and 4. */
class ArchitectureTest {

    private static final String ROOT = "io.sallyport.flowlogs";

    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    private static ArchRule room(String room, String... below) {
        String[] allowed = new String[below.length + 6];
        System.arraycopy(
                new String[] {
                    ROOT + "." + room,
                    ROOT,
                    "java..",
                    "org.jspecify..",
                    "io.sallyport.net",
                    "io.sallyport.ids"
                },
                0,
                allowed,
                0,
                6);
        for (int i = 0; i < below.length; i++) {
            allowed[6 + i] = below[i].contains(".") ? below[i] : ROOT + "." + below[i];
        }
        return classes()
                .that()
                .resideInAPackage(ROOT + "." + room)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    @Test
    void recordKnowsOnlyTheWordsOfTheWireAndIdentities() {
        room("record").check(MAIN);
    }

    @Test
    void formatKnowsOnlyRecords() {
        room("format", "record").check(MAIN);
    }

    @Test
    void meterKnowsNobody() {
        room("meter").check(MAIN);
    }

    @Test
    void windowKnowsTheMeterAndRecords() {
        room("window", "meter", "record").check(MAIN);
    }

    @Test
    void textKnowsOnlyFormats() {
        room("text", "record", "format").check(MAIN);
    }

    @Test
    void parquetKnowsOnlyFormatsAndLines() {
        room(
                        "parquet",
                        "record",
                        "format",
                        "text",
                        "org.apache.parquet..",
                        "org.apache.hadoop.conf",
                        "com.github.luben.zstd")
                .check(MAIN);
    }

    @Test
    void onlyTheParquetRoomSeesParquet() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".parquet")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.parquet..", "org.apache.hadoop..")
                .check(MAIN);
    }

    @Test
    void exportKnowsTheOtherRooms() {
        room(
                        "export",
                        "meter",
                        "record",
                        "format",
                        "window",
                        "text",
                        "parquet",
                        "s3",
                        "org.slf4j..")
                .check(MAIN);
    }

    @Test
    void onlyTheS3RoomSeesTheS3Client() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".s3")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software.amazon.awssdk..", "org.apache.hc..")
                .check(MAIN);
    }

    @Test
    void theS3RoomKnowsNobody() {
        room(
                        "s3",
                        "software.amazon.awssdk..",
                        "org.apache.hc..",
                        "org.slf4j..",
                        "javax.net..",
                        "javax.crypto..")
                .check(MAIN);
    }

    @Test
    void whoAsksWhatWasStoredKnowsNothingOfHowItCameThere() {
        room(
                        "lookup",
                        "record",
                        "format",
                        "text",
                        "parquet",
                        "s3",
                        "export",
                        "com.sun.net.httpserver")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".lookup")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".meter", ROOT + ".window")
                .check(MAIN);
    }

    @Test
    void theModuleSeesNothingAboveTheAllocator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sallyport.store..", "io.sallyport.gateway..", "io.sallyport.control..")
                .check(MAIN);
    }

    @Test
    void theRulesSeeTheClassesOfEveryRoom() {
        assertThat(MAIN.size()).isGreaterThan(25);
        for (String room :
                new String[] {
                    "record", "format", "meter", "window", "text", "parquet", "s3", "export",
                    "lookup"
                }) {
            assertThat(MAIN.stream().filter(it -> it.getPackageName().equals(ROOT + "." + room)))
                    .as(room)
                    .isNotEmpty();
        }
    }

    @Test
    void theRulesRefuseAnArrowThatPointsUp() {
        JavaClasses seeded = new ClassFileImporter().importClasses(SeededArrowUp.class);
        assertThatThrownBy(() -> room("record").check(seeded))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("SeededArrowUp");
    }
}
