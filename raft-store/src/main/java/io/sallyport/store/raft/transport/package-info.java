/**
 * Raft's messages between stores over connections of our own: entries leave in the thread that
 * appended them and are appended in the loop that read them. Made by Ratis, by the class name in
 * its configuration; one loop for all connections, and a few threads for what may wait.
 */
@NullMarked
package io.sallyport.store.raft.transport;

import org.jspecify.annotations.NullMarked;
