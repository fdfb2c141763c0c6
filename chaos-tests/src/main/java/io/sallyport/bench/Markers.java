package io.sallyport.bench;

/** Where in a document a table stands. */
final class Markers {

    private Markers() {}

    /**
     * A document with this text in place of that between its markers.
     *
     * @throws BenchFailure where it has none
     */
    static String placed(String document, String begin, String end, String text) {
        int from = document.indexOf(begin);
        int to = document.indexOf(end);
        if (from < 0 || to < from) {
            throw new BenchFailure("no markers:\n" + begin + "\n" + end);
        }
        return document.substring(0, from + begin.length()) + "\n" + text + document.substring(to);
    }
}
