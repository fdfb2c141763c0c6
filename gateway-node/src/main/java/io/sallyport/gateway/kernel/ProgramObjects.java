package io.sallyport.gateway.kernel;

/** The programs as they were built; one object for each hook, with the same maps. */
record ProgramObjects(ElfObject tcx, ElfObject xdp) {

    static ProgramObjects load() {
        return new ProgramObjects(
                ElfObject.resource(ProgramObjects.class, "/kernel/tcx.o"),
                ElfObject.resource(ProgramObjects.class, "/kernel/xdp.o"));
    }

    ElfObject of(Hook hook) {
        return switch (hook) {
            case TCX -> tcx;
            case XDP -> xdp;
        };
    }

    MapSpec spec(String map) {
        MapSpec spec = tcx.maps().get(map);
        if (spec == null) {
            throw new IllegalStateException("the object has no map " + map);
        }
        return spec;
    }
}
