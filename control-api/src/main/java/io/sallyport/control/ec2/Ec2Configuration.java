package io.sallyport.control.ec2;

import io.sallyport.control.access.AccessKeys;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

@Configuration(proxyBeanMethods = false)
class Ec2Configuration {

    /** EC2 has one path; without a key that secrets follow from, it is none. */
    @Bean
    SimpleUrlHandlerMapping ec2Mapping(Ec2Endpoint endpoint, AccessKeys keys) {
        SimpleUrlHandlerMapping mapping =
                new SimpleUrlHandlerMapping(keys.areKept() ? Map.of("/", endpoint) : Map.of());
        mapping.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return mapping;
    }
}
