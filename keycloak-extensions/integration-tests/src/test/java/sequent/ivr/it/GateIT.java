package sequent.ivr.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sequent.ivr.it.support.Http;
import sequent.ivr.it.support.TestRealm;

/** Who may read {@code /ivr-config}, and what everybody else is told. */
class GateIT {

  private static TestRealm realm;

  @BeforeAll
  static void makeRealm() {
    realm = new TestRealm();
    realm.bind(sequent.ivr.it.support.Line.username(), sequent.ivr.it.support.Line.password());
  }

  @AfterAll
  static void deleteRealm() {
    realm.close();
  }

  private static void assertTurnedAway(int status, String code, Http.Answer answer) {
    assertEquals(status, answer.status(), answer.toString());
    assertEquals(code, answer.member("code"), answer.toString());
    assertFalse(answer.member("error").isEmpty(), answer.toString());
    assertEquals("no-store", answer.header("Cache-Control"));
    assertEquals("application/json", answer.header("Content-Type").split(";")[0]);
    assertEquals(status == 401 ? "Bearer" : "", answer.header("WWW-Authenticate"));
  }

  private static Map<String, String> voter(String scope) {
    return Map.of("username", TestRealm.VOTER, "password", TestRealm.PIN, "scope", scope);
  }

  @Test
  void theServiceReadsExactlyTheDocument() {
    Http.Answer answer = realm.ivrConfig();
    assertEquals(200, answer.status(), answer.toString());
    assertEquals(
        "{\"steps\":[{\"field\":\"voter_id\",\"max_digits\":8,\"terminator\":\"#\","
            + "\"maps_to\":\"username\"},{\"field\":\"pin\",\"max_digits\":8,\"terminator\":\"#\","
            + "\"maps_to\":\"password\"}]}",
        answer.text());
    assertEquals("no-store", answer.header("Cache-Control"));
    assertEquals("application/json", answer.header("Content-Type").split(";")[0]);
  }

  @Test
  void noTokenOrNotABearer() {
    String token = realm.serviceToken("ivr-service");
    assertTurnedAway(401, "invalid_token", realm.ivrConfig(null));
    for (String header :
        List.of("Bearer", "Bearer ", "Basic aXZyOnNlY3JldA==", token, "Bearer a b", "Token x")) {
      assertTurnedAway(401, "invalid_token", realm.ivrConfig(header));
    }
    assertTurnedAway(401, "invalid_token", realm.ivrConfig("Bearer nonsense"));
    String broken = token.substring(0, token.length() - 6) + "AAAAAA";
    assertTurnedAway(401, "invalid_token", realm.ivrConfig("Bearer " + broken));
  }

  @Test
  void twoAuthorizationHeaders() {
    String token = realm.serviceToken("ivr-service");
    Http.Answer answer =
        Http.send(
            Http.to(realm.url("/ivr-config"))
                .header("Authorization", "Basic aXZyOnNlY3JldA==")
                .header("Authorization", "Bearer " + token)
                .GET());
    assertTurnedAway(401, "invalid_token", answer);
  }

  @Test
  void tokenOfAnotherRealm() {
    try (TestRealm other = new TestRealm()) {
      String token = other.serviceToken("ivr-service");
      assertTurnedAway(401, "invalid_token", realm.ivrConfig("Bearer " + token));
    }
  }

  @Test
  void refreshAndIdTokens() {
    Http.Answer login = realm.login(voter("openid"));
    assertEquals(200, login.status(), login.toString());
    for (String kind : List.of("refresh_token", "id_token")) {
      assertTurnedAway(401, "invalid_token", realm.ivrConfig("Bearer " + login.member(kind)));
    }
  }

  @Test
  void expiredToken() throws InterruptedException {
    try (TestRealm brief = new TestRealm(Map.of("accessTokenLifespan", 1))) {
      String token = brief.serviceToken("ivr-service");
      Http.Answer answer = brief.ivrConfig("Bearer " + token);
      for (int i = 0; i < 100 && answer.status() != 401; i++) {
        Thread.sleep(100);
        answer = brief.ivrConfig("Bearer " + token);
      }
      assertTurnedAway(401, "invalid_token", answer);
    }
  }

  @Test
  void votersToken() {
    String token = realm.login(voter("openid")).member("access_token");
    assertTurnedAway(403, "other_client", realm.ivrConfig("Bearer " + token));
  }

  @Test
  void votersTokenUnderTheServicesClient() {
    try (TestRealm careless = new TestRealm()) {
      careless
          .admin()
          .put(
              careless.path("/clients/" + careless.serviceId()),
              Map.of("directAccessGrantsEnabled", true));
      careless.grantRole(careless.userId(TestRealm.VOTER));
      Http.Answer login = careless.loginBy("ivr-service", voter("profile"));
      assertEquals(200, login.status(), login.toString());
      assertTurnedAway(
          403, "other_client", careless.ivrConfig("Bearer " + login.member("access_token")));
    }
  }

  @Test
  void anotherServiceWithTheSameRole() {
    realm.client("other-service", Map.of("serviceAccountsEnabled", true));
    realm.grantRole(realm.serviceAccount("other-service"));
    String token = realm.serviceToken("other-service");
    assertTurnedAway(403, "other_client", realm.ivrConfig("Bearer " + token));
  }

  @Test
  void serviceWithoutTheRole() {
    try (TestRealm bare = new TestRealm()) {
      String user = bare.serviceAccount("ivr-service");
      bare.admin().delete(bare.path("/users/" + user));
      bare.admin()
          .put(bare.path("/clients/" + bare.serviceId()), Map.of("serviceAccountsEnabled", false));
      bare.admin()
          .put(bare.path("/clients/" + bare.serviceId()), Map.of("serviceAccountsEnabled", true));
      assertTurnedAway(403, "role_missing", bare.ivrConfig());
    }
  }

  @Test
  void noScopeForTheRole() {
    try (TestRealm narrow = new TestRealm()) {
      narrow
          .admin()
          .put(narrow.path("/clients/" + narrow.serviceId()), Map.of("fullScopeAllowed", false));
      assertTurnedAway(403, "role_missing", narrow.ivrConfig());
    }
  }

  @Test
  void disabledClientDisabledRealm() {
    try (TestRealm closing = new TestRealm()) {
      String bearer = "Bearer " + closing.serviceToken("ivr-service");
      closing
          .admin()
          .put(closing.path("/clients/" + closing.serviceId()), Map.of("enabled", false));
      assertTurnedAway(401, "invalid_token", closing.ivrConfig(bearer));
      closing.admin().put(closing.path("/clients/" + closing.serviceId()), Map.of("enabled", true));
      closing.settings(Map.of("enabled", false));
      assertTurnedAway(500, "realm_disabled", closing.ivrConfig(bearer));
      assertTurnedAway(401, "invalid_token", closing.ivrConfig(null));
    }
  }

  @Test
  void otherMethodsAndPaths() {
    String bearer = "Bearer " + realm.serviceToken("ivr-service");
    for (String method : List.of("POST", "PUT", "DELETE")) {
      Http.Answer answer =
          Http.send(
              Http.to(realm.url("/ivr-config"))
                  .header("Authorization", bearer)
                  .method(method, BodyPublishers.noBody()));
      assertEquals(405, answer.status(), method);
    }
    Http.Answer slash =
        Http.send(Http.to(realm.url("/ivr-config/")).header("Authorization", bearer).GET());
    assertEquals(200, slash.status());
    Http.Answer below =
        Http.send(Http.to(realm.url("/ivr-config/steps")).header("Authorization", bearer).GET());
    assertEquals(404, below.status());
  }
}
