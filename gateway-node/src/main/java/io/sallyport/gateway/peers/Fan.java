package io.sallyport.gateway.peers;

import io.sallyport.ids.Incarnation;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One node's part in a stop or a drop: whom it has asked, and who asked it. Ends spread as a tree
 * from the home to those it noted, from them to those they noted.
 */
final class Fan {

    enum Kind {
        STOP,
        DROP
    }

    final Kind kind;

    /** Who asked; null at the home. */
    final @Nullable Incarnation asker;

    final Set<Incarnation> awaited;

    /** At the home, in a drop: all others have answered and the gate is asked. */
    boolean gateAsked;

    Fan(Kind kind, @Nullable Incarnation asker, Set<Incarnation> awaited) {
        this.kind = kind;
        this.asker = asker;
        this.awaited = new LinkedHashSet<>(awaited);
    }
}
