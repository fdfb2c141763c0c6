package io.sallyport.bench;

/** How a box dies. */
enum Death {
    /** Every process of it killed, all its links down. */
    BOX_GONE("box gone", 160),
    /** kill -9 of the process that moves packets, or decides who does; all else goes on. */
    KILLED("process killed", 100),
    /** SIGSTOP of the same. */
    STOPPED("process stopped", 100);

    private final String label;
    private final int targetMillis;

    Death(String label, int targetMillis) {
        this.label = label;
        this.targetMillis = targetMillis;
    }

    String label() {
        return label;
    }

    /** The longest gap of a stream that is asked for. */
    int targetMillis() {
        return targetMillis;
    }

    /** The n-th of a series, from 0: box and process in turn, killed and stopped alternately. */
    static Death nth(int n) {
        if (n % 2 == 0) {
            return BOX_GONE;
        }
        return n % 4 == 1 ? KILLED : STOPPED;
    }
}
