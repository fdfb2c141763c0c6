package io.sallyport.control.ec2.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class XmlAnswerTest {

    private static Document read(String text) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)));
    }

    private static String back(String text) throws Exception {
        String document = new XmlAnswer("a", "").text("b", text).end();
        return Objects.requireNonNull(read(document).getElementsByTagName("b").item(0))
                .getTextContent();
    }

    /** All characters of Unicode, some thousand at a time. */
    @Test
    void everyTextThatXmlCanSayIsReadBackAsItWas() throws Exception {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean text =
                    c == 9
                            || c == 10
                            || c == 13
                            || (c >= 0x20 && c < 0xd800)
                            || (c > 0xdfff && c < 0xfffe)
                            || c > 0xffff;
            if (text) {
                all.appendCodePoint(c);
            }
            if (all.length() > 60_000 || c == Character.MAX_CODE_POINT) {
                assertThat(back(all.toString())).isEqualTo(all.toString());
                all.setLength(0);
            }
        }
        assertThat(back("]]><![CDATA[ </b> &amp; \r\n\t\"'"))
                .isEqualTo("]]><![CDATA[ </b> &amp; \r\n\t\"'");
    }

    @Test
    void whatXmlCannotSayIsReplacedAndTheDocumentStaysOne() throws Exception {
        assertThat(back("a\u0000\u0001\u001f\ufffe\uD800z"))
                .isEqualTo("a\ufffd\ufffd\ufffd\ufffd\ufffdz");
    }

    @Test
    void whatIsNotThereIsLeftOutAndAnEmptyListIsNot() {
        assertThat(
                        new XmlAnswer("R", "urn:n")
                                .text("no", null)
                                .set("some", List.of("x"), (item, text) -> item.text("t", text))
                                .set(
                                        "none",
                                        List.<String>of(),
                                        (item, text) -> item.text("t", text))
                                .time("at", Instant.parse("2026-01-02T03:04:05Z"))
                                .flag("is", true)
                                .number("n", 7)
                                .end())
                .isEqualTo(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"urn:n\"><some><item>"
                                + "<t>x</t></item></some><none></none>"
                                + "<at>2026-01-02T03:04:05.000Z</at><is>true</is><n>7</n></R>");
    }
}
