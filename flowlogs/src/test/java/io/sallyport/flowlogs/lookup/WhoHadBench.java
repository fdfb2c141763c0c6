package io.sallyport.flowlogs.lookup;

import io.sallyport.flowlogs.export.FileFormat;
import io.sallyport.flowlogs.s3.S3Settings;
import io.sallyport.flowlogs.s3.S3Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * {@code ./sallyport bench who-had}: how long an answer takes over many records of one period, from
 * text and from Parquet, in a bucket and in a directory: by the command as a whole, with its start;
 * by REST; and of a process that runs. Each place is asked in its turn. System properties: {@code
 * sallyport.home}, whose command it is; {@code sallyport.commit}; {@code sallyport.s3server}, the
 * class path of an S3 server; {@code sallyport.restserver}, that of control with its tests.
 */
@SuppressWarnings("SystemOut")
final class WhoHadBench {

    private static final String KEY = "bench";
    private static final String COMMAND = "command";
    private static final String REST = "REST";
    private static final String WITHIN = "within a process";

    private WhoHadBench() {}

    private interface Asked {
        /** How many had it. */
        int ask(Question question) throws Exception;
    }

    private record Place(String line, String place, Asked asked) {}

    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        long records = Long.parseLong(option(words, "--records", "10000000"));
        int rounds = Integer.parseInt(option(words, "--rounds", "20"));
        String given = option(words, "--directory", "");
        String json = option(words, "--json", "");
        Path directory = given.isEmpty() ? Files.createTempDirectory("who-had") : Path.of(given);
        try {
            if (!Files.exists(directory.resolve("written"))) {
                write(directory, records);
            }
            String run =
                    "%,d records of one period; objects: %s"
                            .formatted(
                                    Long.parseLong(Files.readString(directory.resolve("written"))),
                                    sizes(directory));
            WhoHadFigures figures =
                    new WhoHadFigures(System.getProperty("sallyport.commit", "unknown"), run);
            ask(directory, rounds, figures);
            figures.fact("load at the end", WhoHadFigures.load());
            figures.print(System.out);
            if (!json.isEmpty()) {
                Files.writeString(Path.of(json), figures.json());
            }
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
        Files.writeString(directory.resolve("written"), Long.toString(records));
        System.out.printf(
                "%,d records in %d objects of each format, written in %d s%n",
                records, objects, (System.nanoTime() - began) / 1_000_000_000L);
    }

    private static String sizes(Path directory) throws IOException {
        StringBuilder sizes = new StringBuilder();
        for (FileFormat format : FileFormat.values()) {
            try (Stream<Path> files = Files.walk(directory.resolve(WhoHadObjects.bucket(format)))) {
                long[] each =
                        files.filter(it -> it.toString().contains(WhoHadObjects.FLOW_LOG.value()))
                                .mapToLong(it -> it.toFile().length())
                                .toArray();
                sizes.append(sizes.isEmpty() ? "" : ", ")
                        .append(
                                "%d of %s, %,d MB"
                                        .formatted(
                                                each.length,
                                                name(format),
                                                java.util.Arrays.stream(each).sum() / 1_000_000));
            }
        }
        return sizes.toString();
    }

    private static String name(FileFormat format) {
        return switch (format) {
            case PARQUET -> "Parquet";
            case PLAIN_TEXT -> "text";
        };
    }

    private static void ask(Path directory, int rounds, WhoHadFigures figures) throws Exception {
        int port = freePort();
        String endpoint = "http://127.0.0.1:" + port;
        Map<Process, String> servers = new LinkedHashMap<>();
        try (S3Store store = store(endpoint)) {
            servers.put(s3Server(directory, endpoint), "S3");
            await(servers.keySet().iterator().next(), port, directory);
            List<Place> places = new java.util.ArrayList<>();
            Map<FileFormat, Asked> rest = rest(directory, endpoint, servers);
            for (FileFormat format : FileFormat.values()) {
                String bucket = WhoHadObjects.bucket(format);
                String inBucket = name(format) + " in a bucket";
                String inDirectory = name(format) + " in a directory";
                Path copy = directory.resolve(bucket);
                places.add(
                        new Place(
                                COMMAND,
                                inBucket,
                                command("--bucket " + bucket + " --endpoint " + endpoint)));
                places.add(new Place(COMMAND, inDirectory, command("--directory " + copy)));
                if (rest.containsKey(format)) {
                    places.add(new Place(REST, inBucket, rest.get(format)));
                }
                places.add(new Place(WITHIN, inBucket, in(archive(store, format))));
                places.add(new Place(WITHIN, inDirectory, in(archive(copy, format))));
            }
            ask(places, rounds, figures);
        } finally {
            for (Process server : servers.keySet()) {
                server.destroyForcibly().waitFor();
            }
        }
    }

    /** All must know the same of each question. */
    private static void ask(List<Place> places, int rounds, WhoHadFigures figures)
            throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        int found = 0;
        for (int round = 0; round < rounds; round++) {
            Question question = WhoHadObjects.question(random);
            Optional<Boolean> before = Optional.empty();
            for (Place place : places) {
                long began = System.nanoTime();
                boolean had = place.asked.ask(question) > 0;
                figures.add(place.line, place.place, (System.nanoTime() - began) / 1e6);
                if (before.isPresent() && before.get() != had) {
                    throw new IllegalStateException(question + ": " + place + " says " + had);
                }
                before = Optional.of(had);
            }
            found += before.orElseThrow() ? 1 : 0;
        }
        figures.fact("questions", rounds + ", of " + found + " somebody is known");
    }

    private static Asked in(Archive archive) {
        return question -> archive.whoHad(question).holders().size();
    }

    private static Archive archive(Path copy, FileFormat format) {
        return Archive.in(
                copy,
                WhoHadObjects.ACCOUNT,
                WhoHadObjects.REGION,
                WhoHadObjects.FLOW_LOG,
                WhoHadObjects.where(format),
                WhoHadObjects.DELIVERY);
    }

    private static Archive archive(S3Store store, FileFormat format) {
        return Archive.in(
                store,
                WhoHadObjects.ACCOUNT,
                WhoHadObjects.REGION,
                WhoHadObjects.FLOW_LOG,
                WhoHadObjects.where(format),
                WhoHadObjects.DELIVERY);
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

    /**
     * By control, which is given flow logs whose objects are these; none where there is no control
     * to start.
     */
    private static Map<FileFormat, Asked> rest(
            Path directory, String endpoint, Map<Process, String> servers) throws IOException {
        String classPath = System.getProperty("sallyport.restserver", "");
        Map<FileFormat, Asked> asked = new LinkedHashMap<>();
        if (classPath.isEmpty()) {
            return asked;
        }
        Process control =
                new ProcessBuilder(
                                java(),
                                "-Xmx320m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath,
                                "io.sallyport.control.WhoHadServer",
                                endpoint,
                                KEY,
                                directory.toAbsolutePath().toString())
                        .redirectError(directory.resolve("control.log").toFile())
                        .start();
        servers.put(control, "control");
        HttpClient client = HttpClient.newHttpClient();
        BufferedReader lines = new BufferedReader(new InputStreamReader(control.getInputStream()));
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            String[] words = line.split(" ");
            if (words[0].equals("flow-log")) {
                asked.put(FileFormat.valueOf(words[1]), rest(client, words[2], words[3]));
            }
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("no control; its log is in " + directory);
        }
        return asked;
    }

    private static Asked rest(HttpClient client, String flowLog, String key) {
        return question -> {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "%s/who-had?eip=%s&port=%d&at=%s&protocol=tcp"
                                                            .formatted(
                                                                    flowLog,
                                                                    question.eip(),
                                                                    question.port(),
                                                                    question.at())))
                                    .header("Authorization", "Bearer " + key)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.body());
            }
            return answer.body().contains("\"client\"") ? 1 : 0;
        };
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static S3Store store(String endpoint) {
        return new S3Store(
                new S3Settings(
                        Optional.of(URI.create(endpoint)),
                        WhoHadObjects.REGION,
                        KEY,
                        KEY,
                        true,
                        true));
    }

    private static Process s3Server(Path directory, String endpoint) throws IOException {
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
                        java(),
                        "-Xmx256m",
                        // As in a lab: else it writes 6 MB about each question, on our processors.
                        "-Dlogback.configurationFile=" + quietLog(),
                        "-cp",
                        System.getProperty("sallyport.s3server", ""),
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("s3.log").toFile())
                .start();
    }

    private static Path quietLog() {
        return Path.of(
                System.getProperty("sallyport.home", ""), "chaos-tests/launch/quiet-logback.xml");
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static void await(Process server, int port, Path directory) throws Exception {
        while (!answers(port)) {
            if (!server.isAlive()) {
                throw new IOException("no S3 server; its log is in " + directory);
            }
            Thread.sleep(100);
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 200);
            return true;
        } catch (IOException e) {
            return false; // not yet
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
