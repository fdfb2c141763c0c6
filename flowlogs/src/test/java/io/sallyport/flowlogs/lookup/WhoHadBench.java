package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.flowlogs.s3.S3Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * {@code ./sallyport bench who-had}: how long an answer takes over many records of one period, from
 * text and from Parquet, in a directory and in a bucket: of a process that runs, and of the command
 * with its start. System properties: {@code sallyport.home}, whose command it is; {@code
 * sallyport.s3server}, the class path of an S3 server.
 */
@SuppressWarnings("SystemOut")
final class WhoHadBench {

    private static final int QUESTIONS = 40;
    private static final int COMMANDS = 5;
    private static final String KEY = "bench";

    private WhoHadBench() {}

    private interface Asked {
        int ask(Question question) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        long records = Long.parseLong(option(words, "--records", "10000000"));
        String given = option(words, "--directory", "");
        Path directory = given.isEmpty() ? Files.createTempDirectory("who-had") : Path.of(given);
        try {
            if (!Files.isDirectory(directory.resolve("parquet"))) {
                write(directory, records);
            }
            for (FileFormat format : FileFormat.values()) {
                Path objects = directory.resolve(WhoHadObjects.bucket(format));
                ask(
                        "%s in a directory (%,d MB)".formatted(format, size(objects) >> 20),
                        in(objects, format),
                        command("--directory " + objects));
            }
            askServer(directory);
        } finally {
            if (given.isEmpty()) {
                delete(directory);
            }
        }
    }

    private static String option(List<String> words, String name, String fallback) {
        int at = words.indexOf(name);
        return at < 0 || at + 1 >= words.size() ? fallback : words.get(at + 1);
    }

    private static void write(Path directory, long records) throws IOException {
        long began = System.nanoTime();
        int objects = WhoHadObjects.write(directory, records);
        System.out.printf(
                "%,d records in %d objects of each format, written in %d s%n",
                records, objects, (System.nanoTime() - began) / 1_000_000_000L);
    }

    private static Asked in(Path objects, FileFormat format) {
        Archive archive =
                Archive.in(
                        objects,
                        WhoHadObjects.ACCOUNT,
                        WhoHadObjects.REGION,
                        WhoHadObjects.FLOW_LOG,
                        WhoHadObjects.where(format),
                        WhoHadObjects.DELIVERY);
        return question -> archive.whoHad(question).holders().size();
    }

    /** Ends with 0 where somebody had it, with 1 where nobody did. */
    private static Asked command(String where) {
        String home = System.getProperty("sallyport.home", "");
        return question -> {
            ProcessBuilder process =
                    new ProcessBuilder(
                                    (home
                                                    + "/sallyport logs who-had "
                                                    + WhoHadObjects.options(question)
                                                    + " "
                                                    + where)
                                            .split(" "))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            process.environment().put("AWS_ACCESS_KEY_ID", KEY);
            process.environment().put("AWS_SECRET_ACCESS_KEY", KEY);
            int code = process.start().waitFor();
            if (code > 1) {
                throw new IllegalStateException("the command ended with " + code);
            }
            return 1 - code;
        };
    }

    private static void askServer(Path directory) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String endpoint = "http://127.0.0.1:" + port;
        Process server = server(directory, endpoint);
        try (S3Store store =
                new S3Store(
                        new S3Settings(
                                Optional.of(URI.create(endpoint)),
                                WhoHadObjects.REGION,
                                KEY,
                                KEY,
                                true,
                                true))) {
            while (!answers(port)) {
                if (!server.isAlive()) {
                    throw new IOException("no S3 server; its log is in " + directory);
                }
                Thread.sleep(100);
            }
            for (FileFormat format : FileFormat.values()) {
                Archive archive =
                        Archive.in(
                                store,
                                WhoHadObjects.ACCOUNT,
                                WhoHadObjects.REGION,
                                WhoHadObjects.FLOW_LOG,
                                WhoHadObjects.where(format),
                                WhoHadObjects.DELIVERY);
                ask(
                        format + " in a bucket on this machine",
                        question -> archive.whoHad(question).holders().size(),
                        command(
                                "--bucket "
                                        + WhoHadObjects.bucket(format)
                                        + " --endpoint "
                                        + endpoint));
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static Process server(Path directory, String endpoint) throws IOException {
        Path configuration = directory.resolve("s3.properties");
        Files.writeString(
                configuration,
                """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.endpoint=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """
                        .formatted(endpoint, KEY, KEY, directory.toAbsolutePath()));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("sallyport.s3server", ""),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3.log").toFile())
                .start();
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    private static void ask(String what, Asked running, Asked command) throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        System.out.println(what + ":");
        time("  answer ", running, QUESTIONS, random);
        time("  command", command, COMMANDS, random);
    }

    private static void time(String what, Asked asked, int questions, SplittableRandom random)
            throws Exception {
        List<Long> millis = new ArrayList<>();
        int found = 0;
        for (int i = 0; i < questions; i++) {
            Question question = WhoHadObjects.question(random);
            long began = System.nanoTime();
            found += asked.ask(question);
            millis.add((System.nanoTime() - began) / 1_000_000);
        }
        long[] sorted = millis.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        System.out.printf(
                "%s: first %d ms, median %d ms, worst %d ms of %d (%d found), %d processors%n",
                what,
                millis.getFirst(),
                sorted[questions / 2],
                sorted[questions - 1],
                questions,
                found,
                Runtime.getRuntime().availableProcessors());
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).mapToLong(it -> it.toFile().length()).sum();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
