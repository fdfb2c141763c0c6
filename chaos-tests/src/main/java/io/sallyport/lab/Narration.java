package io.sallyport.lab;

/** Tells on standard output what happens, with the time since it began. One thread. */
final class Narration {

    private final long start = System.nanoTime();

    void tell(Rest.Exchange exchange) {
        say("%s %s %s".formatted(exchange.method(), exchange.path(), exchange.body()).strip());
        String answer =
                exchange.answer()
                        .replaceAll("(\"(apiKey|secretAccessKey)\":\")[^\"]{4}[^\"]*", "$1...");
        say(
                "    -> %d %s"
                        .formatted(
                                exchange.status(),
                                answer.length() > 400
                                        ? answer.substring(0, 400) + " ..."
                                        : answer));
    }

    void check(boolean holds, String sentence) {
        if (!holds) {
            throw new LabFailure("not so: " + sentence);
        }
        say(sentence);
    }

    void title(String text) {
        System.out.println();
        System.out.println("== " + text);
    }

    void say(String line) {
        LabCommands.said(start, line);
    }
}
