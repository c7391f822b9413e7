package sequent.ivr.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The Keycloak of this run, with our jars: the one that {@code KEYCLOAK_URL}, {@code
 * KEYCLOAK_ADMIN_USERNAME} and {@code KEYCLOAK_ADMIN_PASSWORD} name, else one that the project's
 * own fixture starts and that ends with this JVM.
 */
public record Server(String url, String adminUsername, String adminPassword) {

  private static final class Holder {
    private static final Server SHARED = find();
  }

  /** One for all tests of the JVM; each test makes a realm of its own. */
  public static Server shared() {
    return Holder.SHARED;
  }

  private static Server find() {
    String url = System.getenv("KEYCLOAK_URL");
    if (url != null && !url.isBlank()) {
      return new Server(
          url.replaceAll("/+$", ""),
          needed("KEYCLOAK_ADMIN_USERNAME"),
          needed("KEYCLOAK_ADMIN_PASSWORD"));
    }
    try {
      return start(Path.of(System.getProperty("extensions.root", "..")).toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a Keycloak with 'cargo run -p test-servers'", e);
    }
  }

  private static Server start(Path extensions) throws IOException {
    Path target = extensions.normalize().resolve("target");
    List<String> command =
        List.of(
            "cargo",
            "run",
            "-q",
            "-p",
            "test-servers",
            "--bin",
            "test-servers",
            "--",
            "keycloak",
            "--providers",
            target.resolve("providers").toString(),
            "--providers",
            target.resolve("test-providers").toString());
    Process process =
        new ProcessBuilder(command)
            .directory(extensions.normalize().getParent().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process)));
    String line = process.inputReader().readLine();
    if (line == null) {
      throw new IOException("'cargo run -p test-servers' ended without naming a server");
    }
    JsonNode server = new ObjectMapper().readTree(line);
    return new Server(
        server.required("url").asText(),
        server.required("admin_username").asText(),
        server.required("admin_password").asText());
  }

  /** The fixture stops its server when its standard input closes. */
  private static void end(Process process) {
    try {
      OutputStream input = process.getOutputStream();
      input.close();
      process.waitFor(60, TimeUnit.SECONDS);
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String needed(String variable) {
    String value = System.getenv(variable);
    if (value == null || value.isBlank()) {
      throw new IllegalStateException("KEYCLOAK_URL is set, so " + variable + " must be too");
    }
    return value;
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "Server[" + url + "]";
  }
}
