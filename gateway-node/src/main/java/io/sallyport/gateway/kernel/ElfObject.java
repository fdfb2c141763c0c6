package io.sallyport.gateway.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A BPF object file as clang makes it without debug information: each executable section is one
 * program, each symbol in {@code .maps} one map, whose place there is a {@code struct bpf_map_def}
 * of five 4-byte numbers (kind, key size, value size, entries, flags). The only relocations are
 * references of programs to maps. Immutable.
 *
 * <pre>
 * ELF64 header    40 section headers' offset 8 | 58 header size 2 | 60 count 2 | 62 names' section 2
 * section header   0 name 4 | 4 type 4 | 8 flags 8 | 24 offset 8 | 32 size 8 | 40 link 4 | 44 info 4
 * symbol           0 name 4 | 6 section 2 | 8 value 8 | 16 size 8        (24 bytes)
 * relocation       0 offset 8 | 8 type 4 | 12 symbol 4                   (16 bytes)
 * </pre>
 */
public final class ElfObject {

    private static final int TYPE_BITS = 1;
    private static final int TYPE_SYMBOLS = 2;
    private static final int TYPE_RELOCATIONS = 9;
    private static final long FLAG_EXECUTABLE = 4;
    private static final int SYMBOL_BYTES = 24;
    private static final int RELOCATION_BYTES = 16;
    private static final int MAP_DEF_BYTES = 20;

    /** R_BPF_64_64: the 64-bit load of a map's address. */
    private static final int LOAD_OF_MAP = 1;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int MAGIC = 0x464c_457f;
    private static final int MACHINE_BPF = 247;

    /** A program's bytes before the maps are known, and where which map's descriptor belongs. */
    record Code(byte[] instructions, Map<Integer, String> maps) {}

    private record Section(
            String name, int type, long flags, int offset, int size, int link, int info) {}

    private final ByteBuffer file;
    private final List<Section> sections = new ArrayList<>();
    private final Map<String, Code> programs = new LinkedHashMap<>();
    private final Map<String, MapSpec> maps = new LinkedHashMap<>();

    private ElfObject(byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < 64
                || file.getInt(0) != MAGIC
                || Short.toUnsignedInt(file.getShort(18)) != MACHINE_BPF) {
            throw new IllegalArgumentException("no BPF object file");
        }
        readSections();
        readMaps();
        readPrograms();
    }

    /**
     * @throws IllegalArgumentException where it is no such object, or refers to anything but maps
     */
    public static ElfObject of(byte[] bytes) {
        try {
            return new ElfObject(bytes);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a damaged object file", e);
        }
    }

    /** From the class path of {@code beside}. */
    public static ElfObject resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By name, in the order of the file. */
    public Map<String, MapSpec> maps() {
        return java.util.Collections.unmodifiableMap(maps);
    }

    /** The programs' sections, in the order of the file. */
    public List<String> programs() {
        return List.copyOf(programs.keySet());
    }

    Code code(String section) {
        Code code = programs.get(section);
        if (code == null) {
            throw new IllegalArgumentException(
                    "no program " + section + " among " + programs.keySet());
        }
        return code;
    }

    private void readSections() {
        int headers = Math.toIntExact(file.getLong(40));
        int bytes = file.getShort(58);
        int count = file.getShort(60);
        int names = Math.toIntExact(file.getLong(headers + bytes * file.getShort(62) + 24));
        for (int i = 0; i < count; i++) {
            int at = headers + i * bytes;
            sections.add(
                    new Section(
                            text(names + file.getInt(at)),
                            file.getInt(at + 4),
                            file.getLong(at + 8),
                            Math.toIntExact(file.getLong(at + 24)),
                            Math.toIntExact(file.getLong(at + 32)),
                            file.getInt(at + 40),
                            file.getInt(at + 44)));
        }
    }

    private String text(int at) {
        int end = at;
        while (file.get(end) != 0) {
            end++;
        }
        return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
    }

    private Section symbols() {
        return sections.stream()
                .filter(section -> section.type() == TYPE_SYMBOLS)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no symbols"));
    }

    private void readMaps() {
        Section symbols = symbols();
        for (int at = 0; at < symbols.size(); at += SYMBOL_BYTES) {
            int symbol = symbols.offset() + at;
            Section home = section(symbol);
            if (home != null && home.name().equals(".maps") && file.getLong(symbol + 16) != 0) {
                if (file.getLong(symbol + 16) < MAP_DEF_BYTES) {
                    throw new IllegalArgumentException(name(symbol) + " is no struct bpf_map_def");
                }
                int def = home.offset() + Math.toIntExact(file.getLong(symbol + 8));
                maps.put(
                        name(symbol),
                        new MapSpec(
                                name(symbol),
                                MapType.of(file.getInt(def)),
                                file.getInt(def + 4),
                                file.getInt(def + 8),
                                file.getInt(def + 12),
                                file.getInt(def + 16)));
            }
        }
    }

    private String name(int symbol) {
        return text(sections.get(symbols().link()).offset() + file.getInt(symbol));
    }

    private @org.jspecify.annotations.Nullable Section section(int symbol) {
        int index = Short.toUnsignedInt(file.getShort(symbol + 6));
        return index > 0 && index < sections.size() ? sections.get(index) : null;
    }

    private void readPrograms() {
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            if (section.type() == TYPE_BITS
                    && (section.flags() & FLAG_EXECUTABLE) != 0
                    && section.size() != 0) {
                byte[] code =
                        Arrays.copyOfRange(
                                file.array(), section.offset(), section.offset() + section.size());
                programs.put(section.name(), new Code(code, references(i)));
            }
        }
    }

    private Map<Integer, String> references(int program) {
        Map<Integer, String> references = new LinkedHashMap<>();
        for (Section section : sections) {
            if (section.type() != TYPE_RELOCATIONS || section.info() != program) {
                continue;
            }
            for (int at = 0; at < section.size(); at += RELOCATION_BYTES) {
                int entry = section.offset() + at;
                int symbol = symbols().offset() + file.getInt(entry + 12) * SYMBOL_BYTES;
                Section home = section(symbol);
                int offset = Math.toIntExact(file.getLong(entry));
                if (file.getInt(entry + 8) != LOAD_OF_MAP
                        || home == null
                        || !maps.containsKey(name(symbol))
                        || offset % INSTRUCTION_BYTES != 0) {
                    throw new IllegalArgumentException(
                            "%s refers to '%s': only maps may be referred to, all else inlined"
                                    .formatted(sections.get(program).name(), name(symbol)));
                }
                references.put(offset, name(symbol));
            }
        }
        return references;
    }
}
