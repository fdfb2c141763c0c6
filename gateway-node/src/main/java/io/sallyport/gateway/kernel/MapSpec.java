package io.sallyport.gateway.kernel;

/**
 * What a map is: its kind and geometry.
 *
 * @param entries most entries; for a ring its bytes, a power of two and whole pages
 * @param flags BPF_F_* of linux/bpf.h
 */
public record MapSpec(
        String name, MapType type, int keyBytes, int valueBytes, int entries, int flags) {

    /** An array that user space maps into its memory. */
    public static final int MMAPABLE = 1024;

    public MapSpec withEntries(int other) {
        return new MapSpec(name, type, keyBytes, valueBytes, other, flags);
    }

    boolean isMappable() {
        return (flags & MMAPABLE) != 0;
    }

    /** Whether a map of that geometry may stand in for one of this, whatever their names. */
    boolean isLike(MapSpec other) {
        return type == other.type
                && keyBytes == other.keyBytes
                && valueBytes == other.valueBytes
                && entries == other.entries
                && flags == other.flags;
    }
}
