package io.sallyport.store.operator;

import io.sallyport.store.trust.Authority;
import io.sallyport.store.trust.MemberName;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The certificate room at the command line; talks to nobody. */
@Command(
        name = "certificates",
        mixinStandardHelpOptions = true,
        description = {
            "Makes a key and a certificate for each member, signed by the authority in the"
                    + " directory, which is made where there is none.",
            "Over former ones: processes that run take them with their next connections."
        })
public final class CertificatesCommand implements Callable<Integer> {

    @Option(names = "--cluster", required = true, paramLabel = "ID", description = "cluster.id")
    private String cluster = "";

    @Option(
            names = "--into",
            required = true,
            paramLabel = "DIR",
            description = {
                "holds authority.pem and authority.key, and ROLE/ID.pem and ROLE/ID.key of members;",
                "authority.key signs for anybody: keep it where no process of the cluster runs"
            })
    private Path directory = Path.of("");

    @Option(
            names = "--days",
            defaultValue = "365",
            paramLabel = "N",
            description = "how long they are valid (default: ${DEFAULT-VALUE})")
    private int days;

    @Parameters(
            arity = "1..*",
            paramLabel = "ROLE/ID[=ADDRESS,...]",
            description = {
                "ROLE is node, store, control or operator; ID the node.id, store.id, control.id or a"
                        + " person's name.",
                "Addresses are for others than members, such as users of the API."
            })
    private List<String> members = List.of();

    @Override
    public Integer call() {
        Authority authority = authority();
        for (String member : members) {
            String[] words = member.split("=", 2);
            authority.issue(
                    MemberName.parse("sallyport://" + cluster + "/" + words[0]),
                    words.length == 1 ? List.of() : addresses(words[1]),
                    directory,
                    Duration.ofDays(days));
        }
        System.out.println(
                members.size() + " certificates of cluster " + cluster + " in " + directory);
        return 0;
    }

    private static List<InetAddress> addresses(String text) {
        return Arrays.stream(text.split(",", -1)).map(InetAddress::ofLiteral).toList();
    }

    private Authority authority() {
        Path certificate = directory.resolve("authority.pem");
        Path key = directory.resolve("authority.key");
        if (Files.exists(key)) {
            return Authority.read(certificate, key);
        }
        Authority fresh = Authority.found(cluster);
        fresh.write(certificate, key);
        return fresh;
    }
}
