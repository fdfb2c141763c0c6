package io.sallyport.control.access;

import io.sallyport.ids.TenantId;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.List;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What OpenAPI cannot read from the controllers: the keys, and that callers are no parameters. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Operator.class, TenantId.class);
    }

    /** Names that generated clients can bear: {@code createVpc} of {@code VpcApi}. */
    @Bean
    OperationCustomizer names() {
        return (operation, handler) -> {
            String about = handler.getBeanType().getSimpleName().replace("Controller", "");
            return operation
                    .operationId(handler.getMethod().getName() + about)
                    .tags(List.of(about));
        };
    }

    @Bean
    OpenAPI description() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Sallyport")
                                .version("v1")
                                .description(
                                        "NAT gateways on demand. Refusals are RFC 9457 problems"
                                                + " with a stable code.")
                                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(
                        new Components()
                                .addSecuritySchemes(
                                        "key",
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description("the operator's key or a tenant's")))
                .addSecurityItem(new SecurityRequirement().addList("key"));
    }
}
