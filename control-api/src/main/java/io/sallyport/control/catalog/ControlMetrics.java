package io.sallyport.control.catalog;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** This process's own metrics; requests, JVM and Tomcat come from Spring. Two series. */
@Component
class ControlMetrics implements MeterBinder {

    private final CatalogMirror mirror;

    ControlMetrics(CatalogMirror mirror) {
        this.mirror = mirror;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("sallyport.control.catalog.version", mirror, CatalogMirror::version)
                .description("log index of the newest catalog seen; -1 before the first")
                .register(registry);
        Gauge.builder("sallyport.control.feed.failures", mirror, CatalogMirror::failures)
                .description("how often no store answered the feed, since the start")
                .register(registry);
    }
}
