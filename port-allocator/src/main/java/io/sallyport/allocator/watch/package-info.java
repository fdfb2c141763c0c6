/**
 * What the leader of the group of members concludes from the members' renewals as time passes: who
 * is to be put away, who is dead. Pure, with the time as an argument; the store's leader calls it a
 * few times a second, on one thread, and proposes what it says.
 */
@NullMarked
package io.sallyport.allocator.watch;

import org.jspecify.annotations.NullMarked;
