/**
 * The packet's way: one worker thread owns doors, pipeline and table. Cold threads call only {@link
 * io.sallyport.gateway.dataplane.DataPlane}, whose methods say so.
 */
@NullMarked
package io.sallyport.gateway.dataplane;

import org.jspecify.annotations.NullMarked;
