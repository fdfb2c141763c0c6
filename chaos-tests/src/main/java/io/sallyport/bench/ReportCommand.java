package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the table of a bench's figures, or puts it where it belongs. */
@Command(
        name = "report",
        description =
                "The Markdown table of what `bench dataplane` or `survival` wrote with --json FILE.")
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "what --json wrote")
    @Nullable Path file;

    @Option(
            names = "--into",
            description = "replaces what stands between the markers of this Markdown file")
    @Nullable Path into;

    @Option(
            names = "--all",
            description = "every figure, not only those of which something is asked")
    boolean all;

    @Override
    public Integer call() throws IOException {
        if (file == null || !Files.isReadable(file)) {
            throw new BenchFailure("there is no " + file);
        }
        Report report = Report.readJson(file);
        boolean isOfDeaths =
                SurvivalTable.KIND.equals(report.facts().getOrDefault("bench", "dataplane"));
        String table =
                isOfDeaths
                        ? SurvivalTable.markdown(report, all)
                        : DataplaneTable.markdown(report, all);
        if (into == null) {
            System.out.print(table);
        } else {
            String document = Files.readString(into);
            Files.writeString(
                    into,
                    isOfDeaths
                            ? SurvivalTable.placed(document, table)
                            : DataplaneTable.placed(document, table));
        }
        return 0;
    }
}
