package io.sallyport.control.operations;

import io.sallyport.control.problems.Problem;
import io.sallyport.ids.TenantId;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/v1/operations")
class OperationController {

    private final Operations operations;

    OperationController(Operations operations) {
        this.operations = operations;
    }

    @GetMapping("/{id}")
    OperationView get(TenantId tenant, @PathVariable String id) {
        return operations.find(tenant, id).orElseThrow(() -> Problem.notFound(id));
    }
}
