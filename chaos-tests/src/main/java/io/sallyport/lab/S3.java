package io.sallyport.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The lab's S3 server as a stranger uses it: curl with a real signature, from inside the lab.
 *
 * @param from the machine that calls
 */
record S3(Host from, LabState.Bucket server) {

    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    void createBucket(String name) {
        call("PUT", "/" + name).orFail();
    }

    /** Keys of at most 1,000 objects. */
    List<String> list(String bucket) {
        return KEY.matcher(call("GET", "/" + bucket).orFail())
                .results()
                .map((MatchResult match) -> match.group(1))
                .sorted()
                .toList();
    }

    /** The text of a gzip object. */
    String getText(String bucket, String key) {
        List<String> command =
                new ArrayList<>(
                        List.of("sh", "-c", "curl -fsS --noproxy '*' \"$@\" | gzip -dc", "sh"));
        command.addAll(signature());
        command.add(server.endpoint() + "/" + bucket + "/" + key);
        return Shell.run(from.inside(command)).orFail();
    }

    boolean answers() {
        return Shell.run(
                        from.inside(
                                "curl",
                                "-s",
                                "--noproxy",
                                "*",
                                "--max-time",
                                "5",
                                server.endpoint() + "/"))
                .ok();
    }

    private Shell.Result call(String method, String path) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "curl",
                                "-fsS",
                                "--noproxy",
                                "*",
                                "--max-time",
                                "20",
                                "-X",
                                method));
        command.addAll(signature());
        command.add(server.endpoint() + path);
        return Shell.run(from.inside(command));
    }

    private List<String> signature() {
        return List.of(
                "--aws-sigv4",
                "aws:amz:" + server.region() + ":s3",
                "--user",
                server.accessKey() + ":" + server.secretKey(),
                // SHA-256 of nothing: none of our requests has a body.
                "-H",
                "x-amz-content-sha256:"
                        + " e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
