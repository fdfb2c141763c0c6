package io.sallyport.control;

import java.io.StringReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/**
 * Holds every answer of EC2's actions that a test sees against the models that clients carry: AWS's
 * newest Java client, and Debian's boto3 where it is installed.
 */
final class AnswerCheck {

    private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";
    private static final String SUFFIX = "Response";
    private static final Optional<BotocoreModel> BOTOCORE =
            BotocoreModel.isInstalled() ? Optional.of(new BotocoreModel()) : Optional.empty();

    private static final Set<String> CHECKED = new ConcurrentSkipListSet<>();

    private AnswerCheck() {}

    /** Of which an answer was checked so far. */
    static Set<String> actions() {
        return new TreeSet<>(CHECKED);
    }

    /** Whether the text is an answer of EC2's. */
    static boolean concerns(String text) {
        return text.contains("Response xmlns=\"" + NAMESPACE + "\"");
    }

    /** What the models do not allow in the answer; empty where it is as they say. */
    static List<String> faults(String text) {
        try {
            Element root =
                    DocumentBuilderFactory.newDefaultInstance()
                            .newDocumentBuilder()
                            .parse(new InputSource(new StringReader(text)))
                            .getDocumentElement();
            String name = root.getTagName();
            if (!name.endsWith(SUFFIX) || !root.getAttribute("xmlns").equals(NAMESPACE)) {
                return List.of(name + " of '" + root.getAttribute("xmlns") + "' is no answer");
            }
            String action = name.substring(0, name.length() - SUFFIX.length());
            CHECKED.add(action);
            return Stream.concat(
                            withEnvelope(SdkModel.response(action)).faults(root).stream()
                                    .map(fault -> "Java: " + fault),
                            BOTOCORE.flatMap(model -> model.response(action)).stream()
                                    .flatMap(shape -> withEnvelope(shape).faults(root).stream())
                                    .map(fault -> "botocore: " + fault))
                    .toList();
        } catch (Exception e) {
            throw new AssertionError("not the answer of an action: " + text, e);
        }
    }

    /**
     * What EC2 says in every answer and no model has; {@code return} where nothing else is said.
     */
    private static AnswerShape withEnvelope(AnswerShape answer) {
        if (!(answer instanceof AnswerShape.Structure(var members, var required))) {
            throw new AssertionError("an answer is a structure, not " + answer);
        }
        return new AnswerShape.Structure(
                name ->
                        switch (name) {
                            case "requestId" -> Optional.of(AnswerShape.scalar("string"));
                            case "return" -> Optional.of(AnswerShape.scalar("boolean"));
                            default -> members.apply(name);
                        },
                required);
    }
}
