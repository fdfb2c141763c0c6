package io.sallyport.solo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The three processes' certificates, made anew for a year at every start. */
final class Certificates {

    private final Path directory;

    Certificates(StateDirectory state) {
        directory = state.resolve("certificates");
    }

    /** Makes them; waits until they are there. */
    void make(Path home) throws InterruptedException {
        List<String> command =
                Role.STORE.command(
                        home,
                        List.of(
                                "certificates",
                                "--cluster",
                                "solo",
                                "--into",
                                directory.toString(),
                                "store/solo-store",
                                "node/solo",
                                "control/control",
                                "operator/solo"));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new SoloFailure(
                        SoloFailure.FAILED, "certificates cannot be made: " + said.strip());
            }
        } catch (IOException e) {
            throw new SoloFailure(SoloFailure.FAILED, "certificates cannot be made: " + e);
        }
    }

    /** Into a process's configuration. */
    void put(Map<String, String> keys, String member) {
        keys.put("tls.certificate", directory.resolve(member + ".pem").toString());
        keys.put("tls.key", directory.resolve(member + ".key").toString());
        keys.put("tls.authorities", directory.resolve("authority.pem").toString());
    }
}
