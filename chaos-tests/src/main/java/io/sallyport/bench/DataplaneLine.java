package io.sallyport.bench;

/** One line, or some that belong together, of the data plane's benchmark. */
interface DataplaneLine {

    /** By which {@code --only} names it. */
    int number();

    /** Whether {@code --only} with that number names it. */
    default boolean isChosenBy(int number) {
        return number == number();
    }

    String title();

    /** Measures all rounds and all candidates, interleaved. */
    void measure(Rounds rounds);
}
