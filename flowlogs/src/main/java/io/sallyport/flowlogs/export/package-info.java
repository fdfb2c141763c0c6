/**
 * From the ring to the tenant's bucket: windows are written to a spool on disk, each delivery
 * period becomes one object, and a file leaves the spool only when its object is confirmed. The
 * gateway process makes one {@link io.sallyport.flowlogs.export.FlowLogExporter}, which has its own
 * threads.
 */
@NullMarked
package io.sallyport.flowlogs.export;

import org.jspecify.annotations.NullMarked;
