package io.sallyport.control;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The model that Debian's boto3 reads: years older than the service, so there are elements that it
 * leaves unread and actions that it has never heard of.
 */
final class BotocoreModel {

    static final Path FILE =
            Path.of("/usr/lib/python3/dist-packages/botocore/data/ec2/2016-11-15/service-2.json");

    private final JsonNode model;

    BotocoreModel() {
        this.model = new JsonMapper().readTree(FILE);
    }

    static boolean isInstalled() {
        return Files.isReadable(FILE);
    }

    /** Empty where it does not know the action. */
    Optional<AnswerShape> response(String action) {
        JsonNode operation = model.path("operations").path(action);
        if (operation.isMissingNode()) {
            return Optional.empty();
        }
        String output = operation.path("output").path("shape").asString("");
        return Optional.of(
                output.isEmpty()
                        ? new AnswerShape.Structure(name -> Optional.empty(), Set.of())
                        : shape(output));
    }

    private AnswerShape shape(String name) {
        JsonNode shape = model.path("shapes").path(name);
        String type = shape.path("type").asString();
        return switch (type) {
            case "structure" -> structure(shape);
            case "list" -> {
                JsonNode member = shape.path("member");
                yield new AnswerShape.ListOf(
                        member.path("locationName").asString("member"),
                        shape(member.path("shape").asString()));
            }
            default ->
                    shape.has("enum")
                            ? AnswerShape.oneOf(
                                    texts(shape.path("enum")).collect(Collectors.toSet()))
                            : AnswerShape.scalar(type);
        };
    }

    private AnswerShape structure(JsonNode shape) {
        JsonNode members = shape.path("members");
        return new AnswerShape.Structure(
                element ->
                        Optional.of(
                                members.properties().stream()
                                        .filter(member ->
                                                element.equals(
                                                        element(
                                                                member.getKey(),
                                                                member.getValue())))
                                        .findFirst()
                                        .map(member ->
                                                shape(member.getValue().path("shape").asString()))
                                        .orElseGet(AnswerShape.Anything::new)),
                texts(shape.path("required"))
                        .map(member -> element(member, members.path(member)))
                        .collect(Collectors.toSet()));
    }

    private static String element(String member, JsonNode of) {
        return of.path("locationName").asString(member);
    }

    private static Stream<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asString);
    }
}
