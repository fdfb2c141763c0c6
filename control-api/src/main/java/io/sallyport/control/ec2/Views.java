package io.sallyport.control.ec2;

import io.sallyport.control.ec2.xml.XmlAnswer;
import java.util.SortedMap;

/** What many answers have. */
final class Views {

    private Views() {}

    static void tags(XmlAnswer xml, SortedMap<String, String> tags) {
        if (!tags.isEmpty()) {
            xml.set(
                    "tagSet",
                    tags.entrySet(),
                    (item, tag) -> item.text("key", tag.getKey()).text("value", tag.getValue()));
        }
    }
}
