/**
 * The Raft group: Ratis' server around the state machine, group commit at the leader, checkpoints,
 * and the leader's duties. The only room that sees Ratis. Called by the front and by Main, from any
 * thread.
 */
@NullMarked
package io.sallyport.store.raft;

import org.jspecify.annotations.NullMarked;
