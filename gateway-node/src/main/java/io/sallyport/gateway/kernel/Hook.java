package io.sallyport.gateway.kernel;

import java.util.Locale;

/** Where a device's packets meet the kernel path. */
public enum Hook {
    /** Any device, Linux 6.6; keeps the kernel's offloads. */
    TCX,
    /** In the driver: faster for small packets, without large receives and sends. */
    XDP;

    String program(String side) {
        return name().toLowerCase(Locale.ROOT) + "_" + side;
    }

    ProgramType type() {
        return this == TCX ? ProgramType.TC : ProgramType.XDP;
    }

    Attachment attachment() {
        return this == TCX ? Attachment.TCX_INGRESS : Attachment.XDP_NATIVE;
    }
}
