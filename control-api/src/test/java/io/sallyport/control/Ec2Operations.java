package io.sallyport.control;

import io.sallyport.control.ec2.Declared;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;

/** The actions of the process that tests run against. */
final class Ec2Operations {

    private Ec2Operations() {}

    static SortedMap<String, List<String>> names() {
        return Declared.names(Api.context());
    }

    static Set<String> absent() {
        return Declared.absent();
    }

    static String table() {
        return Declared.table(Api.context());
    }
}
