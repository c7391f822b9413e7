package sequent.ivr.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sequent.ivr.it.support.Line.client;
import static sequent.ivr.it.support.Line.dob;
import static sequent.ivr.it.support.Line.password;
import static sequent.ivr.it.support.Line.step;
import static sequent.ivr.it.support.Line.sub;
import static sequent.ivr.it.support.Line.username;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import sequent.ivr.it.support.Http;
import sequent.ivr.it.support.TestRealm;

/** Flows that operators build, and what the server really does with them. */
class FlowsIT {

  private static final Map<String, String> BARE = Map.of("username", TestRealm.VOTER);
  private static final Map<String, String> WITH_PIN =
      Map.of("username", TestRealm.VOTER, "password", TestRealm.PIN);
  private static final Map<String, String> WITH_DOB =
      Map.of("username", TestRealm.VOTER, "dob", TestRealm.DOB);

  private static TestRealm realm;

  @BeforeAll
  static void makeRealm() {
    realm = new TestRealm();
  }

  @AfterAll
  static void deleteRealm() {
    realm.close();
  }

  private static void assertAsks(String... parameters) {
    Http.Answer answer = realm.ivrConfig();
    assertEquals(200, answer.status(), answer.toString());
    List<String> asked = new ArrayList<>();
    for (JsonNode step : answer.json().path("steps")) {
      asked.add(step.path("maps_to").asText());
    }
    assertEquals(List.of(parameters), asked);
  }

  private static Http.Answer assertRefused(String code, String place) {
    Http.Answer answer = realm.ivrConfig();
    assertEquals(500, answer.status(), answer.toString());
    assertEquals(code, answer.member("code"), answer.toString());
    assertEquals(place, answer.member("place"), answer.toString());
    assertTrue(answer.member("error").contains(place), answer.toString());
    assertEquals("no-store", answer.header("Cache-Control"));
    return answer;
  }

  private static void assertLogin(int status, Map<String, String> credentials) {
    Http.Answer answer = realm.login(credentials);
    assertEquals(status, answer.status(), answer.toString());
  }

  @Test
  void pin() {
    realm.bind(username(), password());
    assertAsks("username", "password");
    assertLogin(200, WITH_PIN);
    assertLogin(401, BARE);
  }

  @Test
  void dateOfBirth() {
    realm.bind(username(), dob());
    assertAsks("username", "dob");
    assertLogin(200, WITH_DOB);
    assertLogin(400, WITH_PIN);
  }

  @Test
  void pinInASubFlow() {
    realm.bind(username(), sub("REQUIRED", sub("REQUIRED", password()), dob()));
    assertAsks("username", "password", "dob");
    assertLogin(400, WITH_PIN);
    assertLogin(401, WITH_DOB);
    assertLogin(
        200, Map.of("username", TestRealm.VOTER, "password", TestRealm.PIN, "dob", TestRealm.DOB));
  }

  @Test
  void theRealmsFlowWithoutAnOverride() {
    String alias = realm.bind(username(), dob());
    realm.votingClient(Map.of("authenticationFlowBindingOverrides", Map.of("direct_grant", "")));
    // The stock flow ends in "Direct Grant - Conditional OTP".
    Http.Answer stock =
        assertRefused(
            "otp_step",
            "direct grant > Direct Grant - Conditional OTP > #2 direct-grant-validate-otp");
    assertEquals("direct-grant-validate-otp", stock.member("authenticator"));
    realm.settings(Map.of("directGrantFlow", alias));
    assertAsks("username", "dob");
    realm.settings(Map.of("directGrantFlow", "direct grant"));
  }

  /** As the platform branches: the web portal on the same flow is not affected. */
  @Test
  void branchesByClientWithTheTwin() {
    String alias =
        realm.bind(
            username(),
            sub("CONDITIONAL", client("ivr-voting", false), dob()),
            sub("CONDITIONAL", client("ivr-voting", true), password()));
    realm.settings(Map.of("directGrantFlow", alias));
    assertAsks("username", "dob");
    assertLogin(200, WITH_DOB);
    assertLogin(400, WITH_PIN);
    assertEquals(200, realm.loginBy("voting-portal", WITH_PIN).status());
    assertEquals(401, realm.loginBy("voting-portal", WITH_DOB).status());
    realm.settings(Map.of("directGrantFlow", "direct grant"));
  }

  @Test
  void branchesByClientScope() {
    String scope =
        realm
            .admin()
            .post(
                realm.path("/client-scopes"),
                Map.of("name", "telephone", "protocol", "openid-connect"));
    realm.bind(
        username(),
        sub("CONDITIONAL", step("conditional-client-scope", scope("telephone", false)), dob()),
        sub("CONDITIONAL", step("conditional-client-scope", scope("telephone", true)), password()));
    assertAsks("username", "password");
    assertLogin(200, WITH_PIN);

    String assigned = "/clients/" + realm.votingId() + "/%s-client-scopes/" + scope;
    realm.admin().put(realm.path(assigned.formatted("default")), Map.of());
    assertAsks("username", "dob");
    assertLogin(200, WITH_DOB);

    realm.admin().delete(realm.path(assigned.formatted("default")));
    realm.admin().put(realm.path(assigned.formatted("optional")), Map.of());
    Http.Answer refused = realm.ivrConfig();
    assertEquals("condition_over_credential", refused.member("code"), refused.toString());
    assertLogin(200, WITH_PIN);
    realm.admin().delete(realm.path(assigned.formatted("optional")));
  }

  /** Keycloak takes a client's own id for one of its scopes. */
  @Test
  void branchesByClientScopeThatIsAClient() {
    realm.bind(
        username(),
        sub("CONDITIONAL", step("conditional-client-scope", scope("ivr-voting", false)), dob()),
        sub("CONDITIONAL", step("conditional-client-scope", scope("voting-portal", false)), otp()));
    assertAsks("username", "dob");
    assertLogin(200, WITH_DOB);
    assertLogin(400, BARE);
  }

  @Test
  void aScopeThatDoesNotExistMatchesNobodyEvenNegated() {
    String alias =
        realm.bind(
            username(),
            sub("CONDITIONAL", step("conditional-client-scope", scope("typo", true)), password()));
    assertRefused(
        "condition_not_configured", alias + " > " + alias + ".1 > #1 conditional-client-scope");
    assertLogin(200, BARE);
  }

  private static Map<String, String> scope(String name, boolean negated) {
    return Map.of("client_scope", name, "negate", Boolean.toString(negated));
  }

  private static sequent.ivr.it.support.Line otp() {
    return step("direct-grant-validate-otp");
  }

  /** The four of which Keycloak hands out a token for a bare voter id. */
  @Test
  void conditionOfAnotherClient() {
    String alias =
        realm.bind(username(), sub("CONDITIONAL", client("voting-portal", false), password()));
    Http.Answer refused = assertRefused("credential_missing", alias);
    assertTrue(refused.member("error").contains(alias + ".1"), refused.toString());
    assertLogin(200, BARE);
  }

  @Test
  void conditionWithoutConfiguration() {
    String alias =
        realm.bind(username(), sub("CONDITIONAL", step("conditional-client"), password()));
    assertRefused("condition_not_configured", alias + " > " + alias + ".1 > #1 conditional-client");
    assertLogin(200, BARE);
  }

  @Test
  void conditionalWithoutCondition() {
    String alias = realm.bind(username(), sub("CONDITIONAL", password()));
    assertRefused("condition_missing", alias + " > #2 " + alias + ".1");
    assertLogin(200, BARE);
  }

  @Test
  void disabledCondition() {
    String alias =
        realm.bind(
            username(),
            sub("CONDITIONAL", step("conditional-user-configured", "DISABLED"), password()));
    assertRefused("condition_missing", alias + " > #2 " + alias + ".1");
    assertLogin(200, BARE);
  }

  @Test
  void usernameAlone() {
    String alias = realm.bind(username(), step("direct-grant-validate-password", "DISABLED"));
    assertRefused("credential_missing", alias);
    assertLogin(200, BARE);
  }

  @Test
  void credentialOfSomeVoters() {
    String alias =
        realm.bind(
            username(),
            dob(),
            sub(
                "CONDITIONAL",
                step("conditional-user-role", Map.of("condUserRole", "offline_access")),
                password()));
    assertRefused("condition_over_credential", alias + " > #3 " + alias + ".2");
  }

  @Test
  void alternatives() {
    String alias =
        realm.bind(
            username(),
            sub(
                "REQUIRED",
                step("direct-grant-validate-password", "ALTERNATIVE"),
                step("ivr-dob-authenticator", "ALTERNATIVE")));
    assertRefused("alternative", alias + " > " + alias + ".1 > #1 direct-grant-validate-password");
    assertLogin(401, WITH_DOB);
  }

  @Test
  void oneTimeCode() {
    String alias = realm.bind(username(), password(), otp());
    assertRefused("otp_step", alias + " > #3 direct-grant-validate-otp");
  }

  @Test
  void unknownAuthenticator() {
    String alias = realm.bind(username(), password(), step("auth-spnego"));
    Http.Answer refused = assertRefused("authenticator_unknown", alias + " > #3 auth-spnego");
    assertEquals("auth-spnego", refused.member("authenticator"));
    assertTrue(refused.member("error").contains("unknown authenticator 'auth-spnego'"));
  }

  @Test
  void customAuthenticatorWithoutConfiguration() {
    String alias = realm.bind(username(), step("ivr-dob-authenticator"));
    assertRefused("authenticator_unknown", alias + " > #2 ivr-dob-authenticator");
  }

  @Test
  void customAuthenticatorWithABadValueOfWhichNothingIsEchoed() {
    String alias =
        realm.bind(
            username(),
            step(
                "ivr-dob-authenticator",
                Map.of("field_name", "dob", "max_digits", "canary-77", "maps_to", "dob")));
    Http.Answer refused =
        assertRefused("authenticator_config_invalid", alias + " > #2 ivr-dob-authenticator");
    assertTrue(refused.member("error").contains("'max_digits'"), refused.toString());
    assertTrue(!refused.text().contains("canary"), refused.toString());
  }

  @Test
  void promptKeyAndNoTerminator() {
    realm.bind(
        username(),
        step(
            "ivr-dob-authenticator",
            Map.of(
                "field_name", "birth_date",
                "max_digits", "8",
                "terminator", "none",
                "maps_to", "birth_date",
                "prompt_key", "auth_enter_birth_date")));
    assertEquals(
        "{\"field\":\"birth_date\",\"max_digits\":8,\"terminator\":\"\",\"maps_to\":\"birth_date\","
            + "\"prompt_key\":\"auth_enter_birth_date\"}",
        realm.ivrConfig().json().path("steps").path(1).toString());
    assertLogin(200, Map.of("username", TestRealm.VOTER, "birth_date", TestRealm.DOB));
  }

  @Test
  void denyingSomeVotersIsNoBusinessOfTheCall() {
    realm.bind(
        username(),
        dob(),
        sub(
            "CONDITIONAL",
            step("conditional-user-role", Map.of("condUserRole", "can_read_phone_blacklist")),
            step("deny-access-authenticator")));
    assertAsks("username", "dob");
    assertLogin(200, WITH_DOB);
  }

  @Test
  void denyingAllVoters() {
    String alias = realm.bind(username(), dob(), step("deny-access-authenticator"));
    assertRefused("deny_access", alias + " > #3 deny-access-authenticator");
    assertLogin(401, WITH_DOB);
  }

  /** What is left of the stock flow when only the OTP line is disabled: nobody gets through. */
  @Test
  void emptySubFlowFailsEveryLogin() {
    String alias =
        realm.bind(
            username(),
            dob(),
            sub(
                "CONDITIONAL",
                step("conditional-user-configured"),
                step("direct-grant-validate-otp", "DISABLED")));
    assertRefused("never_succeeds", alias + " > #3 " + alias + ".2");
    assertTrue(realm.login(WITH_DOB).status() != 200);
  }

  @Test
  void passwordBeforeUsername() {
    String alias = realm.bind(password(), username());
    assertRefused("username_not_first", alias + " > #1 direct-grant-validate-password");
    assertTrue(realm.login(WITH_PIN).status() != 200);
  }

  @Test
  void digitsByRealmAttribute() {
    try (TestRealm own =
        new TestRealm(
            Map.of(
                "attributes",
                Map.of("ivr.voter_id.max_digits", "12", "ivr.pin.max_digits", "6")))) {
      own.bind(username(), password());
      JsonNode steps = own.ivrConfig().json().path("steps");
      assertEquals(12, steps.path(0).path("max_digits").asInt());
      assertEquals(6, steps.path(1).path("max_digits").asInt());
      own.settings(Map.of("attributes", Map.of("ivr.pin.max_digits", "21")));
      assertEquals("realm_attribute_invalid", own.ivrConfig().member("code"));
    }
  }

  @Test
  void clientMissingDisabledOrWithoutDirectGrant() {
    try (TestRealm own = new TestRealm()) {
      own.bind(username(), password());
      own.votingClient(Map.of("directAccessGrantsEnabled", false));
      assertEquals("client_direct_grant_off", own.ivrConfig().member("code"));
      own.votingClient(Map.of("directAccessGrantsEnabled", true, "consentRequired", true));
      assertEquals("client_consent_required", own.ivrConfig().member("code"));
      own.votingClient(Map.of("consentRequired", false, "enabled", false));
      assertEquals("client_disabled", own.ivrConfig().member("code"));
      own.admin().delete(own.path("/clients/" + own.votingId()));
      assertEquals("client_missing", own.ivrConfig().member("code"));
    }
  }

  @Test
  void authenticatorThatTheServerDoesNotHave() {
    Map<String, Object> username =
        Map.of(
            "authenticator",
            "direct-grant-validate-username",
            "requirement",
            "REQUIRED",
            "priority",
            1);
    Map<String, Object> gone =
        Map.of("authenticator", "removed-with-its-jar", "requirement", "REQUIRED", "priority", 2);
    Map<String, Object> flow =
        Map.of(
            "alias",
            "of another server",
            "providerId",
            "basic-flow",
            "topLevel",
            true,
            "builtIn",
            false,
            "authenticationExecutions",
            List.of(username, gone));
    try (TestRealm own =
        new TestRealm(
            Map.of("authenticationFlows", List.of(flow), "directGrantFlow", "of another server"))) {
      Http.Answer refused = own.ivrConfig();
      assertEquals("authenticator_not_installed", refused.member("code"), refused.toString());
      assertEquals("of another server > #2 removed-with-its-jar", refused.member("place"));
    }
  }
}
