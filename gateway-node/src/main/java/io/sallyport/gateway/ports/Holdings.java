package io.sallyport.gateway.ports;

import io.sallyport.gateway.ports.LeasedPort.Place;
import io.sallyport.ids.Incarnation;

/** All ports of a node by where they are. Worker thread. */
final class Holdings {

    final Incarnation holder;
    final LentPorts lent;
    private final int[] counts = new int[Place.values().length];

    Holdings(Incarnation holder) {
        this.holder = holder;
        lent = new LentPorts(holder);
    }

    void moved(Place from, Place to) {
        counts[from.ordinal()]--;
        counts[to.ordinal()]++;
    }

    int count(Place place) {
        return counts[place.ordinal()];
    }
}
