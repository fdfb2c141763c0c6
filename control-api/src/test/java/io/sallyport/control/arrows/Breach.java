package io.sallyport.control.arrows;

import org.apache.ratis.protocol.RaftPeerId;

/** Imports what control must not know. */
record Breach(RaftPeerId peer) {}
