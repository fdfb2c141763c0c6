package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;

/**
 * Nothing that AWS's newest client can send is without an answer to what becomes of it, and the
 * documentation says the same ({@code -Ddocs.update=true} writes it).
 */
class Ec2TableTest {

    private static final Path DOCUMENT = Path.of("../docs/ec2.md");
    private static final String BEGIN = "<!-- made by Ec2TableTest -->\n";
    private static final String END = "<!-- end -->";

    private static Stream<String> names(String prefix, SdkField<?> field) {
        String name = prefix + field.locationName();
        if (field.marshallingType() == MarshallingType.LIST) {
            SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
            return below(name + ".N", member);
        }
        return below(name, field);
    }

    private static Stream<String> below(String name, SdkField<?> field) {
        if (field.marshallingType() != MarshallingType.SDK_POJO) {
            return Stream.of(name);
        }
        return ((SdkPojo) field.constructor().get())
                .sdkFields().stream().flatMap(member -> names(name + ".", member));
    }

    private static List<String> known(String action) throws ReflectiveOperationException {
        Object builder =
                Class.forName("software.amazon.awssdk.services.ec2.model." + action + "Request")
                        .getMethod("builder")
                        .invoke(null);
        return ((SdkPojo) builder)
                .sdkFields().stream()
                        .flatMap(field -> names("", field))
                        .filter(name -> !name.equals("DryRun"))
                        .sorted()
                        .toList();
    }

    @Test
    void everyParameterThatTheSdkKnowsIsDeclaredAndNoOther() throws Exception {
        for (Map.Entry<String, List<String>> action : Ec2Operations.names().entrySet()) {
            assertThat(action.getValue().stream().sorted())
                    .as(action.getKey())
                    .containsExactlyElementsOf(known(action.getKey()));
        }
    }

    @Test
    void actionsThatAreRefusedWholeAreOnesThatTheSdkKnows() throws Exception {
        for (String action : Ec2Operations.absent()) {
            assertThat(known(action)).as(action).isNotNull();
            assertThat(Ec2Operations.names()).doesNotContainKey(action);
        }
    }

    @Test
    void documentationHasTheTableOfTheCode() throws IOException {
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf(BEGIN) + BEGIN.length();
        int to = document.indexOf(END);
        if (Boolean.getBoolean("docs.update")) {
            document = document.substring(0, from) + Ec2Operations.table() + document.substring(to);
            Files.writeString(DOCUMENT, document);
            to = document.indexOf(END);
        }
        assertThat(document.substring(from, to)).isEqualTo(Ec2Operations.table());
    }
}
