package io.sallyport.control;

import io.sallyport.control.catalog.CatalogMirror;
import io.sallyport.control.config.ControlConfig;
import io.sallyport.store.client.StoreClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** The Spring side of the process: which beans there are and how the server behaves. */
@SpringBootApplication(proxyBeanMethods = false)
public class ControlApplication {

    /** How the server behaves, whoever starts it; addresses come from the configuration. */
    static final Map<String, Object> DEFAULTS =
            Map.ofEntries(
                    Map.entry("logging.config", "classpath:control-logback.xml"),
                    Map.entry("spring.main.lazy-initialization", "true"),
                    Map.entry("spring.main.log-startup-info", "false"),
                    Map.entry("spring.threads.virtual.enabled", "true"),
                    Map.entry("spring.web.resources.add-mappings", "false"),
                    Map.entry("spring.mvc.problemdetails.enabled", "false"),
                    Map.entry("spring.jackson.default-property-inclusion", "always"),
                    Map.entry("server.shutdown", "graceful"),
                    Map.entry("spring.lifecycle.timeout-per-shutdown-phase", "5s"),
                    Map.entry("server.tomcat.max-swallow-size", "1MB"),
                    // One that has spoken HTTP/0.9 to somebody would go on without status lines.
                    Map.entry("server.tomcat.processor-cache", "0"),
                    Map.entry("server.max-http-request-header-size", "16KB"),
                    Map.entry("springdoc.api-docs.enabled", "true"),
                    Map.entry("springdoc.swagger-ui.enabled", "false"),
                    Map.entry("springdoc.paths-to-match", "/v1/**"),
                    Map.entry("management.endpoints.web.exposure.include", "health,prometheus"));

    /**
     * Starts to serve; returns when the port is bound.
     *
     * @param store closed with the context
     */
    static ServletWebServerApplicationContext start(ControlConfig config, StoreClient store) {
        SpringApplication application = new SpringApplication(ControlApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(DEFAULTS);
        application.addInitializers(context -> {
            ConfigurableListableBeanFactory beans = context.getBeanFactory();
            beans.registerSingleton("controlConfig", config);
            beans.registerSingleton("storeClient", store);
        });
        return (ServletWebServerApplicationContext)
                application.run(arguments(config).toArray(String[]::new));
    }

    private static List<String> arguments(ControlConfig config) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.address=" + config.listen().address());
        arguments.add("--server.port=" + config.listen().port());
        config.apiTls()
                .ifPresent(files -> {
                    // The bundle is read again when its files change.
                    String bundle = "--spring.ssl.bundle.pem.api.";
                    arguments.add(bundle + "keystore.certificate=" + files.certificate().toUri());
                    arguments.add(bundle + "keystore.private-key=" + files.key().toUri());
                    arguments.add(bundle + "reload-on-update=true");
                    arguments.add("--server.ssl.bundle=api");
                    arguments.add("--server.ssl.enabled-protocols=TLSv1.3,TLSv1.2");
                });
        return arguments;
    }

    @Bean
    @Lazy(false)
    CatalogMirror catalogMirror(StoreClient store) {
        return new CatalogMirror(store);
    }
}
