package io.sallyport.bench;

import io.sallyport.gateway.kernel.BpfMap;
import io.sallyport.gateway.kernel.ElfObject;
import io.sallyport.gateway.kernel.MapSpec;

/** The bench's own programs, as clang left them; their source is src/main/bpf. */
final class TrafficObject {

    private TrafficObject() {}

    static ElfObject read() {
        return ElfObject.resource(TrafficObject.class, "traffic.o");
    }

    static BpfMap map(ElfObject object, String name) {
        MapSpec spec = object.maps().get(name);
        if (spec == null) {
            throw new IllegalStateException("no map " + name + " in " + object.maps());
        }
        return BpfMap.create(spec);
    }
}
