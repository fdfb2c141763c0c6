package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import java.util.function.Consumer;

/** Who signs: the tenant itself, which AWS calls the root of an account. */
final class CallerIdentity {

    private CallerIdentity() {}

    static Operation operation() {
        return Operation.of("GetCallerIdentity", CallerIdentity::answer);
    }

    private static Consumer<XmlAnswer> answer(Call call) {
        String account = call.tenant().value();
        return xml ->
                xml.text("Arn", "arn:aws:iam::" + account + ":root")
                        .text("UserId", account)
                        .text("Account", account);
    }
}
