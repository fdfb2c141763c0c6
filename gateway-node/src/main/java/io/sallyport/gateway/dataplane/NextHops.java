package io.sallyport.gateway.dataplane;

import io.sallyport.gateway.wire.HotPath;

/**
 * Where packets to the outside go. Asked by the worker thread for every packet: implementations
 * answer from memory without allocating, and note what they could not answer for a cold thread.
 * Addresses are 128 bits as {@code IpAddress.high()/low()} give them.
 */
@HotPath
public interface NextHops {

    long UNRESOLVED = -1;

    /**
     * @return the MAC of the next hop towards the address in the low 48 bits, or {@link
     *     #UNRESOLVED} while it is being found; the packet waits a little and asks again
     */
    long macFor(long high, long low);

    /** As {@link #macFor}, for somebody who sends nothing: nobody goes and finds it. */
    long knownMac(long high, long low);

    /** Longest IP packet towards the address in bytes; the device's where nothing else is known. */
    int mtuFor(long high, long low);

    /**
     * @return the kernel path's number of the next hop towards the address; 0: it has none, or does
     *     not know its MAC. One hop keeps its number
     */
    default int numberOf(long high, long low) {
        return 0;
    }
}
