package io.sallyport.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Comes next. */
@Command(name = "demo")
final class Demo implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
