package io.sallyport.gateway.view;

import io.sallyport.net.IpAddress;

/** An address that is configured on an interface of the box itself. */
public record BoxAddress(IpAddress address, int prefixLength, String device) {

    /** The command that makes the address free to be an EIP. */
    public String removal() {
        return "ip addr del " + address + "/" + prefixLength + " dev " + device;
    }
}
