package io.sallyport.allocator.broken;

import java.io.File;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Does all that the law may not, so that a test can see the rules fail. */
@SuppressWarnings("unused")
final class ClockInTheLaw {

    private final HashMap<String, Integer> map = new HashMap<>();

    long clock() {
        return System.nanoTime();
    }

    int chance() {
        return new Random().nextInt();
    }

    boolean disk() {
        return new File("x").exists();
    }

    double fraction(int part, int whole) {
        return (double) part / whole;
    }

    int order() {
        int sum = 0;
        for (Map.Entry<String, Integer> entry : map.entrySet()) {
            sum = sum * 31 + entry.getValue();
        }
        return sum;
    }
}
