package io.sallyport.bench;

/** One line, or some that belong together, of the data plane's benchmark. */
interface DataplaneLine {

    /** By which {@code --only} names it. */
    int number();

    String title();

    /** Measures all rounds and all candidates, interleaved. */
    void measure(Rounds rounds);
}
