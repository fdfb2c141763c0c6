/**
 * What people and routers ask of a running node: metrics, health, status and connections by HTTP,
 * and the probe's echo. Cold threads only; what lies with the worker is asked through its mailbox.
 */
@NullMarked
package io.sallyport.gateway.management;

import org.jspecify.annotations.NullMarked;
