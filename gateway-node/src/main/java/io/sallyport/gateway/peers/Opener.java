package io.sallyport.gateway.peers;

import io.sallyport.gateway.connections.Connection;
import io.sallyport.ids.Epoch;
import io.sallyport.ids.GatewayId;
import io.sallyport.ids.Incarnation;

/** What all connections have in common that one node opened for one gateway in one epoch. */
record Opener(Incarnation life, GatewayId gateway, Epoch opened, Incarnation lessee) {

    static Opener of(Connection connection) {
        return new Opener(
                new Incarnation(connection.id().incarnation()),
                connection.gateway(),
                connection.opened(),
                connection.lessee());
    }

    boolean opened(Connection connection) {
        return life.number() == connection.id().incarnation()
                && gateway.equals(connection.gateway())
                && opened.equals(connection.opened())
                && lessee.equals(connection.lessee());
    }
}
