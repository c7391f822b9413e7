package sequent.ivr.it.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A realm of one test: clients {@code ivr-voting}, {@code ivr-service} and {@code voting-portal},
 * and one voter. Deleted when closed.
 */
public final class TestRealm implements AutoCloseable {

  public static final String VOTER = "12345678";
  public static final String PIN = "4711";
  public static final String STORED_DOB = "1980-01-02";
  public static final String DOB = "01021980";

  private static final String SECRET = "only-for-tests";

  private final Admin admin;
  private final String name = "java-" + UUID.randomUUID();
  private final String votingId;
  private final String serviceId;
  private int flows;

  public TestRealm() {
    this(Map.of());
  }

  /**
   * @param settings realm settings over the ones of every test realm
   */
  public TestRealm(Map<String, ?> settings) {
    admin = new Admin(Server.shared());
    Map<String, Object> realm =
        new HashMap<>(
            Map.of(
                "realm",
                name,
                "enabled",
                true,
                // One round: the tests are about flows, and a real hash costs 25 ms a login.
                "passwordPolicy",
                "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
                "roles",
                Map.of("realm", List.of(Map.of("name", "can_read_phone_blacklist")))));
    realm.putAll(settings);
    admin.post("", realm);
    profileForVotersByPhone();
    votingId =
        client(
            "ivr-voting",
            Map.of(
                "directAccessGrantsEnabled",
                true,
                "protocolMappers",
                List.of(
                    Map.of(
                        "name",
                        "auth_time",
                        "protocol",
                        "openid-connect",
                        "protocolMapper",
                        "ivr-auth-time-mapper"))));
    serviceId = client("ivr-service", Map.of("serviceAccountsEnabled", true));
    client("voting-portal", Map.of("directAccessGrantsEnabled", true));
    grantRole(serviceAccount("ivr-service"));
    voter(VOTER, Map.of("dateOfBirth", List.of(STORED_DOB)));
  }

  public String name() {
    return name;
  }

  public Admin admin() {
    return admin;
  }

  /** Path of the admin API under this realm. */
  public String path(String rest) {
    return "/" + name + rest;
  }

  public void settings(Map<String, ?> changed) {
    admin.put("/" + name, changed);
  }

  public String client(String clientId, Map<String, ?> settings) {
    Map<String, Object> client =
        new HashMap<>(Map.of("clientId", clientId, "secret", SECRET, "standardFlowEnabled", false));
    client.putAll(settings);
    return admin.post(path("/clients"), client);
  }

  public void votingClient(Map<String, ?> changed) {
    admin.put(path("/clients/" + votingId), changed);
  }

  public String votingId() {
    return votingId;
  }

  public String serviceId() {
    return serviceId;
  }

  /** Id of the user. */
  public String voter(String username, Map<String, List<String>> attributes) {
    return admin.post(
        path("/users"),
        Map.of(
            "username",
            username,
            "enabled",
            true,
            "attributes",
            attributes,
            "credentials",
            List.of(Map.of("type", "password", "value", PIN))));
  }

  public String userId(String username) {
    return admin.get(path("/users?exact=true&username=" + username)).path(0).path("id").asText();
  }

  public String serviceAccount(String clientId) {
    String id = admin.get(path("/clients?clientId=" + clientId)).path(0).path("id").asText();
    return admin.get(path("/clients/" + id + "/service-account-user")).path("id").asText();
  }

  public void grantRole(String userId) {
    admin.post(path("/users/" + userId + "/role-mappings/realm"), List.of(role()));
  }

  private JsonNode role() {
    return admin.get(path("/roles/can_read_phone_blacklist"));
  }

  /** Makes a flow and gives it to {@code ivr-voting}. Its alias. */
  public String bind(Line... lines) {
    return bind(List.of(lines));
  }

  public String bind(List<Line> lines) {
    String alias = "flow " + flows++;
    String id = makeFlow(alias, true, lines);
    votingClient(Map.of("authenticationFlowBindingOverrides", Map.of("direct_grant", id)));
    return alias;
  }

  private String makeFlow(String alias, boolean top, List<Line> lines) {
    String id =
        admin.post(
            path("/authentication/flows"),
            Map.of("alias", alias, "providerId", "basic-flow", "topLevel", top, "builtIn", false));
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      Map<String, Object> execution = new HashMap<>();
      execution.put("parentFlow", id);
      execution.put("priority", 10 * i);
      execution.put("requirement", line.requirement());
      if (line instanceof Line.Sub sub) {
        execution.put("authenticatorFlow", true);
        execution.put("flowId", makeFlow(alias + "." + i, false, sub.lines()));
      } else {
        execution.put("authenticator", ((Line.Step) line).provider());
      }
      String executionId = admin.post(path("/authentication/executions"), execution);
      if (line instanceof Line.Step step && step.config() != null) {
        admin.post(
            path("/authentication/executions/" + executionId + "/config"),
            Map.of("alias", "config " + executionId, "config", step.config()));
      }
    }
    return id;
  }

  private void profileForVotersByPhone() {
    admin.put(
        path("/users/profile"),
        Map.of(
            "attributes",
            List.of(
                Map.of("name", "username"),
                Map.of("name", "email"),
                Map.of("name", "firstName"),
                Map.of("name", "lastName")),
            "unmanagedAttributePolicy",
            "ADMIN_EDIT"));
  }

  public String url(String rest) {
    return admin.server().url() + "/realms/" + name + rest;
  }

  /** A token request of a client with its secret. */
  public Http.Answer token(String clientId, Map<String, String> form) {
    Map<String, String> whole = new HashMap<>(form);
    whole.put("client_id", clientId);
    whole.put("client_secret", SECRET);
    return Http.postForm(url("/protocol/openid-connect/token"), whole);
  }

  /** A password grant of {@code ivr-voting} with these parameters. */
  public Http.Answer login(Map<String, String> credentials) {
    return loginBy("ivr-voting", credentials);
  }

  public Http.Answer loginBy(String clientId, Map<String, String> credentials) {
    Map<String, String> form = new HashMap<>(credentials);
    form.put("grant_type", "password");
    return token(clientId, form);
  }

  public String serviceToken(String clientId) {
    return token(clientId, Map.of("grant_type", "client_credentials")).member("access_token");
  }

  /** {@code /ivr-config} with the service's token. */
  public Http.Answer ivrConfig() {
    return ivrConfig("Bearer " + serviceToken("ivr-service"));
  }

  /** {@code /ivr-config} with an Authorization header, or none. */
  public Http.Answer ivrConfig(String authorization) {
    var request = Http.to(url("/ivr-config")).GET();
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return Http.send(request);
  }

  @Override
  public void close() {
    admin.delete("/" + name);
  }
}
