/** S3, or what speaks like it: the one room that sees AWS's client. Any thread; calls block. */
@NullMarked
package io.sallyport.flowlogs.s3;

import org.jspecify.annotations.NullMarked;
