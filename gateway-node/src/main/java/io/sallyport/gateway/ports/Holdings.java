package io.sallyport.gateway.ports;

import io.sallyport.gateway.ports.LeasedPort.Place;

/** All ports of a node by where they are. Worker thread. */
final class Holdings {

    final LentPorts lent = new LentPorts();
    private final int[] counts = new int[Place.values().length];

    void moved(Place from, Place to) {
        counts[from.ordinal()]--;
        counts[to.ordinal()]++;
    }

    int count(Place place) {
        return counts[place.ordinal()];
    }
}
