package io.sallyport.lab;

/**
 * The installation that lab tests start their labs from, as one that has run for a while: its
 * processes know from the first run of a build what they will need (the caches of {@link
 * Training}), so that many on few cores start in half the time.
 */
final class Trained {

    private static final String ID = "learn" + ProcessHandle.current().pid() % 1_000;

    private static boolean tried;

    private Trained() {}

    /** Takes about a minute after a build. */
    static synchronized Installation installation() {
        Installation installation = Installation.find();
        if (!tried) {
            tried = true;
            Training.once(
                    installation,
                    ID,
                    installation.home().resolve("chaos-tests/target/lab-" + ID),
                    line -> System.out.println("training: " + line));
        }
        return installation;
    }
}
