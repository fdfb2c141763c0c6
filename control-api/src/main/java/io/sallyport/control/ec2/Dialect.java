package io.sallyport.control.ec2;

import io.sallyport.control.ec2.errors.Ec2Error;
import io.sallyport.control.ec2.xml.XmlAnswer;
import java.util.function.Consumer;

/**
 * The services that are asked at this path, told apart by what a signature is for: the version that
 * each speaks, and how its answers and refusals look.
 */
enum Dialect {
    EC2("ec2", "2016-11-15", "http://ec2.amazonaws.com/doc/2016-11-15/") {
        @Override
        String answer(String action, String requestId, Consumer<XmlAnswer> members) {
            XmlAnswer xml = new XmlAnswer(action + "Response", namespace());
            xml.text("requestId", requestId);
            members.accept(xml);
            return xml.end();
        }

        @Override
        String refusal(Ec2Error error, String requestId) {
            XmlAnswer xml = new XmlAnswer("Response", "");
            xml.in("Errors", errors -> errors.in("Error", one -> said(one, error)))
                    .text("RequestID", requestId);
            return xml.end();
        }

        @Override
        Ec2Error notValidated() {
            return new Ec2Error(
                    401,
                    "AuthFailure",
                    "AWS was not able to validate the provided access credentials");
        }
    },
    /** One action: tools ask who they are before they ask for anything. */
    STS("sts", "2011-06-15", "https://sts.amazonaws.com/doc/2011-06-15/") {
        @Override
        String answer(String action, String requestId, Consumer<XmlAnswer> members) {
            XmlAnswer xml = new XmlAnswer(action + "Response", namespace());
            xml.in(action + "Result", members)
                    .in("ResponseMetadata", data -> data.text("RequestId", requestId));
            return xml.end();
        }

        @Override
        String refusal(Ec2Error error, String requestId) {
            XmlAnswer xml = new XmlAnswer("ErrorResponse", namespace());
            xml.in(
                            "Error",
                            one ->
                                    said(
                                            one.text(
                                                    "Type",
                                                    error.status() < 500 ? "Sender" : "Receiver"),
                                            error))
                    .text("RequestId", requestId);
            return xml.end();
        }

        @Override
        Ec2Error notValidated() {
            return new Ec2Error(
                    403,
                    "InvalidClientTokenId",
                    "The security token included in the request is invalid.");
        }
    };

    private final String service;
    private final String version;
    private final String namespace;

    Dialect(String service, String version, String namespace) {
        this.service = service;
        this.version = version;
        this.namespace = namespace;
    }

    /** Whoever signs for something else is answered by EC2. */
    static Dialect of(String service) {
        return service.equals(STS.service) ? STS : EC2;
    }

    /** As signatures name it. */
    String service() {
        return service;
    }

    String version() {
        return version;
    }

    String namespace() {
        return namespace;
    }

    abstract String answer(String action, String requestId, Consumer<XmlAnswer> members);

    abstract String refusal(Ec2Error error, String requestId);

    /** One answer to a wrong secret and to an unknown key, so that nobody can look for keys. */
    abstract Ec2Error notValidated();

    private static void said(XmlAnswer xml, Ec2Error error) {
        xml.text("Code", error.code()).text("Message", error.getMessage());
    }
}
