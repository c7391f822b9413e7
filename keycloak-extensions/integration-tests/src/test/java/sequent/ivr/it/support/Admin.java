package sequent.ivr.it.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;

/** The admin REST API of one server; every refusal is a failed test. */
public final class Admin {

  private final Server server;
  private String token;
  private long renewAt;

  public Admin(Server server) {
    this.server = server;
  }

  public Server server() {
    return server;
  }

  public JsonNode get(String path) {
    return call("GET", path, null).json();
  }

  /** The id of what was made, from the Location. */
  public String post(String path, Object body) {
    String location = call("POST", path, body).header("Location");
    return location.substring(location.lastIndexOf('/') + 1);
  }

  public void put(String path, Object body) {
    call("PUT", path, body);
  }

  public void delete(String path) {
    call("DELETE", path, null);
  }

  private Http.Answer call(String method, String path, Object body) {
    HttpRequest.Builder request =
        Http.to(server.url() + "/admin/realms" + path)
            .header("Authorization", "Bearer " + token())
            .header("Content-Type", "application/json")
            .method(method, publisher(body));
    Http.Answer answer = Http.send(request);
    if (answer.status() / 100 != 2) {
      throw new IllegalStateException(method + " " + path + ": " + answer);
    }
    return answer;
  }

  private static HttpRequest.BodyPublisher publisher(Object body) {
    if (body == null) {
      return BodyPublishers.noBody();
    }
    try {
      return BodyPublishers.ofString(Http.JSON.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private String token() {
    if (token == null || System.nanoTime() > renewAt) {
      Http.Answer answer =
          Http.postForm(
              server.url() + "/realms/master/protocol/openid-connect/token",
              Map.of(
                  "grant_type",
                  "password",
                  "client_id",
                  "admin-cli",
                  "username",
                  server.adminUsername(),
                  "password",
                  server.adminPassword()));
      if (answer.status() != 200) {
        throw new IllegalStateException("admin login: " + answer);
      }
      token = answer.member("access_token");
      renewAt = System.nanoTime() + answer.json().path("expires_in").asLong() * 500_000_000L;
    }
    return token;
  }
}
