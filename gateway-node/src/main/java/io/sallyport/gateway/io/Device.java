package io.sallyport.gateway.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;

/** A network device as it was when asked. */
record Device(String name, int index, long mac, int mtu) {

    /**
     * @throws UncheckedIOException naming a device that is not there
     */
    static Device find(String name) {
        try {
            NetworkInterface found = NetworkInterface.getByName(name);
            if (found == null) {
                throw new IOException("there is no network device " + name);
            }
            long mac = 0;
            byte[] address = found.getHardwareAddress();
            if (address != null) {
                for (byte octet : address) {
                    mac = mac << 8 | octet & 0xff;
                }
            }
            return new Device(name, found.getIndex(), mac, found.getMTU());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
