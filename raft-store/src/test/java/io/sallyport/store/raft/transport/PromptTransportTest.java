package io.sallyport.store.raft.transport;

import io.sallyport.net.Endpoint;
import org.apache.ratis.conf.RaftProperties;

/** The same where followers hear of each commit at once. */
class PromptTransportTest extends TransportTest {

    @Override
    RaftProperties properties(int number, Endpoint listen) {
        RaftProperties properties = super.properties(number, listen);
        Transport.prompt(properties, group);
        return properties;
    }
}
