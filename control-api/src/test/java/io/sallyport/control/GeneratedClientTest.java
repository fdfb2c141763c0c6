package io.sallyport.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that openapi-generator makes from our description compiles, and does real calls. The
 * generator runs in a process of its own: its libraries are none of ours.
 */
class GeneratedClientTest {

    private static final Path GENERATOR = Path.of("target/generator/openapi-generator-cli.jar");
    private static final String ROOM = "generated.sallyport";

    /** As somebody would write who has only the generated classes. */
    private static final String USER =
            """
            package generated.user;

            import generated.sallyport.ApiClient;
            import generated.sallyport.ApiException;
            import generated.sallyport.api.*;
            import generated.sallyport.model.*;
            import java.util.List;

            public final class User {

                public static String use(int port, String key) throws ApiException {
                    ApiClient client = new ApiClient();
                    client.updateBaseUri("http://127.0.0.1:" + port);
                    client.setRequestInterceptor(
                            request -> request.header("Authorization", "Bearer " + key));
                    VpcView vpc = new VpcApi(client)
                            .createVpc(new CreateVpcRequest().prefixes(List.of("10.0.0.0/16")), "once");
                    SubnetView subnet = new SubnetApi(client)
                            .createSubnet(new CreateSubnetRequest().vpcId(vpc.getId()).prefix("10.0.1.0/24"), null);
                    GatewayView made = new GatewayApi(client)
                            .createGateway(new CreateGatewayRequest().subnetId(subnet.getId()).copies(3), null);
                    GatewayView read = new GatewayApi(client).getGateway(made.getId());
                    try {
                        new VpcApi(client).deleteVpc(vpc.getId());
                        return "deleted";
                    } catch (ApiException e) {
                        return read.getVpcId().equals(vpc.getId()) + " " + read.getCopies()
                                + " " + read.getPrivateAddress() + " " + e.getCode();
                    }
                }
            }
            """;

    @TempDir Path directory;

    @Test
    void aClientMadeFromTheDescriptionCompilesAndCalls() throws Exception {
        String description = Api.call("", "GET", "/v3/api-docs", null).text();
        generate(description);
        Path user = directory.resolve("User.java");
        Files.writeString(user, USER);
        Path classes = Files.createDirectory(directory.resolve("classes"));
        compile(user, classes);
        assertThat(use(classes, Api.newTenant())).isEqualTo("true 3 10.0.1.4 409");
    }

    private void generate(String description) throws IOException, InterruptedException {
        assertThat(GENERATOR).as("the build puts it there").exists();
        Path file = directory.resolve("openapi.json");
        Files.writeString(file, description);
        Path output = directory.resolve("generator.log");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx300m",
                                "-jar",
                                GENERATOR.toAbsolutePath().toString(),
                                "generate",
                                "-g",
                                "java",
                                "--library",
                                "native",
                                "-i",
                                file.toString(),
                                "-o",
                                directory.resolve("client").toString(),
                                "--global-property",
                                "apis,models,supportingFiles,apiDocs=false,modelDocs=false,"
                                        + "apiTests=false,modelTests=false",
                                "--additional-properties",
                                "hideGenerationTimestamp=true,openApiNullable=false,"
                                        + "useJakartaEe=true,invokerPackage="
                                        + ROOM
                                        + ",apiPackage="
                                        + ROOM
                                        + ".api,modelPackage="
                                        + ROOM
                                        + ".model")
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor()).as(() -> read(output)).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void compile(Path user, Path classes) throws IOException {
        List<Path> sources = new ArrayList<>(List.of(user));
        try (Stream<Path> files = Files.walk(directory.resolve("client/src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
        assertThat(sources).as("the API is not small").hasSizeGreaterThan(40);
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        java.io.StringWriter said = new java.io.StringWriter();
        try (StandardJavaFileManager manager =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            boolean compiles =
                    compiler.getTask(
                                    said,
                                    manager,
                                    null,
                                    List.of(
                                            "-proc:none",
                                            "-d",
                                            classes.toString(),
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    null,
                                    manager.getJavaFileObjectsFromPaths(sources))
                            .call();
            assertThat(compiles).as(said::toString).isTrue();
        }
    }

    private String use(Path classes, String key) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            return (String)
                    loader.loadClass("generated.user.User")
                            .getMethod("use", int.class, String.class)
                            .invoke(null, Api.port(), key);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
