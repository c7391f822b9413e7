package sequent.ivr.config.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sequent.ivr.config.walk.Flows.client;
import static sequent.ivr.config.walk.Flows.clientScope;
import static sequent.ivr.config.walk.Flows.condition;
import static sequent.ivr.config.walk.Flows.conditional;
import static sequent.ivr.config.walk.Flows.dob;
import static sequent.ivr.config.walk.Flows.flow;
import static sequent.ivr.config.walk.Flows.password;
import static sequent.ivr.config.walk.Flows.realm;
import static sequent.ivr.config.walk.Flows.role;
import static sequent.ivr.config.walk.Flows.stock;
import static sequent.ivr.config.walk.Flows.sub;
import static sequent.ivr.config.walk.Flows.username;
import static sequent.ivr.config.walk.Flows.with;
import static sequent.ivr.config.walk.Requirement.ALTERNATIVE;
import static sequent.ivr.config.walk.Requirement.CONDITIONAL;
import static sequent.ivr.config.walk.Requirement.DISABLED;
import static sequent.ivr.config.walk.Requirement.REQUIRED;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import sequent.ivr.config.walk.Authenticator.Provider;
import sequent.ivr.config.walk.RealmFacts.VotingClient;
import sequent.ivr.config.walk.Refused.Code;

class WalkTest {

  private static final Authenticator DENY = stock("deny-access-authenticator", REQUIRED);
  private static final Authenticator ALLOW = stock("allow-access-authenticator", REQUIRED);
  private static final Authenticator OTP = stock("direct-grant-validate-otp", REQUIRED);

  private static void assertAsks(RealmFacts realm, String... parameters) throws Refused {
    assertEquals(List.of(parameters), Walk.through(realm).stream().map(AuthStep::mapsTo).toList());
  }

  private static Refused assertRefused(Code code, RealmFacts realm) {
    Refused refused = assertThrows(Refused.class, () -> Walk.through(realm));
    assertEquals(code, refused.code(), refused.getMessage());
    return refused;
  }

  private static void assertRefused(Code code, String place, RealmFacts realm) {
    Refused refused = assertRefused(code, realm);
    assertEquals(place, refused.place());
    assertTrue(refused.getMessage().contains(place), refused.getMessage());
  }

  @Nested
  class Paths {

    @Test
    void inPriorityOrderThroughSubFlows() throws Refused {
      assertAsks(realm(username(), password()), "username", "password");
      assertAsks(realm(username(), dob(), password()), "username", "dob", "password");
      assertAsks(
          realm(sub(REQUIRED, username(), sub(REQUIRED, dob())), password()),
          "username",
          "dob",
          "password");
    }

    @Test
    void disabledLinesAreNotThere() throws Refused {
      assertAsks(
          realm(
              with(DISABLED, DENY),
              username(),
              sub(DISABLED, password(), OTP),
              with(DISABLED, OTP),
              dob()),
          "username",
          "dob");
    }

    @Test
    void silentAuthenticatorsAreSkipped() throws Refused {
      assertAsks(realm(username(), ALLOW, password()), "username", "password");
    }

    @Test
    void silentAuthenticatorThatCannotRun() {
      assertRefused(
          Code.AUTHENTICATOR_CONFIG_INVALID,
          "top > #3 user-session-limits",
          realm(username(), password(), stock("user-session-limits", REQUIRED)));
    }

    /** Keycloak asks conditions only on behalf of a CONDITIONAL sub-flow. */
    @Test
    void conditionsElsewhereAreIgnored() throws Refused {
      assertAsks(
          realm(username(), role(), sub(REQUIRED, client("other", false), password())),
          "username",
          "password");
    }
  }

  @Nested
  class Conditionals {

    @Test
    void byClient() throws Refused {
      assertAsks(
          realm(
              username(),
              conditional(client("ivr-voting", false), dob()),
              conditional(client("ivr-voting", true), password())),
          "username",
          "dob");
      assertAsks(
          realm(
              username(),
              conditional(client("voting-portal", true), dob()),
              conditional(client("voting-portal", false), OTP)),
          "username",
          "dob");
    }

    @Test
    void clientIdsAreExact() {
      assertRefused(
          Code.CREDENTIAL_MISSING,
          realm(username(), conditional(client("IVR-voting", false), dob())));
    }

    @Test
    void byDefaultClientScope() throws Refused {
      assertAsks(
          realm(
              username(),
              conditional(clientScope("default", false), dob()),
              conditional(clientScope("default", true), OTP),
              conditional(clientScope("unassigned", true), password()),
              conditional(clientScope("unassigned", false), OTP)),
          "username",
          "dob",
          "password");
    }

    /** A caller that asks for the scope would take another path than one that does not. */
    @Test
    void optionalClientScopeDependsOnTheRequest() {
      for (boolean negated : List.of(true, false)) {
        assertRefused(
            Code.CONDITION_OVER_CREDENTIAL,
            "top > #3 sub",
            realm(username(), dob(), conditional(clientScope("optional", negated), password())));
      }
    }

    /** Keycloak matches nobody then, negated or not. */
    @Test
    void unknownClientScope() {
      for (boolean negated : List.of(true, false)) {
        assertRefused(
            Code.CONDITION_NOT_CONFIGURED,
            "top > sub > #1 conditional-client-scope",
            realm(username(), dob(), conditional(clientScope("typo", negated), password())));
      }
    }

    @Test
    void everyConditionMustMatch() throws Refused {
      assertAsks(
          realm(
              username(),
              conditional(client("ivr-voting", false), clientScope("default", false), dob()),
              conditional(client("ivr-voting", false), clientScope("default", true), OTP),
              conditional(role(), client("other", false), OTP)),
          "username",
          "dob");
      assertRefused(
          Code.CONDITION_OVER_CREDENTIAL,
          realm(username(), dob(), conditional(client("ivr-voting", false), role(), password())));
    }

    @Test
    void withoutCondition() {
      assertRefused(
          Code.CONDITION_MISSING, "top > #2 sub", realm(username(), conditional(password())));
      assertRefused(
          Code.CONDITION_MISSING,
          realm(username(), dob(), conditional(with(DISABLED, role()), password())));
      assertRefused(
          Code.CONDITION_MISSING,
          realm(username(), dob(), conditional(sub(REQUIRED, role()), password())));
    }

    @Test
    void withoutConfiguration() {
      List<Authenticator> conditions =
          List.of(
              condition("conditional-client", Map.of()),
              condition("conditional-client", Map.of("negate", "true")),
              condition("conditional-client-scope", Map.of("client_scope", " ")),
              condition("conditional-user-role", Map.of()),
              condition("of-somebody-else", Map.of()));
      for (Authenticator condition : conditions) {
        assertRefused(
            Code.CONDITION_NOT_CONFIGURED,
            "top > sub > #2 " + condition.name(),
            realm(username(), dob(), conditional(client("x", false), condition, password())));
      }
    }

    @Test
    void undecidedOverCredentials() {
      Authenticator configured = condition("conditional-user-configured", Map.of());
      assertRefused(
          Code.CONDITION_OVER_CREDENTIAL,
          "top > #3 sub",
          realm(username(), dob(), conditional(configured, sub(REQUIRED, password()))));
      assertRefused(
          Code.OTP_STEP,
          "top > sub > #2 direct-grant-validate-otp",
          realm(username(), dob(), conditional(configured, OTP)));
    }

    @Test
    void undecidedOverWhatAsksNothing() throws Refused {
      assertAsks(realm(username(), conditional(role(), DENY), dob()), "username", "dob");
      assertAsks(
          realm(username(), dob(), conditional(role(), ALLOW, sub(REQUIRED, DENY))),
          "username",
          "dob");
    }

    /** After a denial nothing is asked; before it, it would be. */
    @Test
    void undecidedDenialAmongCredentials() throws Refused {
      assertAsks(
          realm(username(), conditional(role(), DENY, password()), dob()), "username", "dob");
      assertRefused(
          Code.CONDITION_OVER_CREDENTIAL,
          realm(username(), conditional(role(), password(), DENY), dob()));
    }

    /** Keycloak fails the login of those who enter it. */
    @Test
    void undecidedOverNothing() {
      assertRefused(
          Code.NEVER_SUCCEEDS,
          "top > #3 sub",
          realm(username(), dob(), conditional(role(), with(DISABLED, OTP))));
      assertRefused(
          Code.NEVER_SUCCEEDS,
          realm(username(), dob(), conditional(role(), conditional(client("x", false), ALLOW))));
    }

    @Test
    void beforeThereIsAVoter() {
      assertRefused(
          Code.USERNAME_NOT_FIRST,
          "top > #1 sub",
          realm(conditional(role(), ALLOW), username(), dob()));
    }

    @Test
    void branchNotTakenIsNotLookedInto() throws Refused {
      Execution anything =
          conditional(
              client("voting-portal", false),
              OTP,
              stock("of-the-portal", REQUIRED),
              with(ALTERNATIVE, password()),
              conditional(password()));
      assertAsks(realm(username(), anything, dob()), "username", "dob");
    }
  }

  @Nested
  class Dangers {

    @Test
    void noCredential() {
      assertRefused(Code.CREDENTIAL_MISSING, "top", realm(username()));
      assertRefused(Code.CREDENTIAL_MISSING, realm(username(), ALLOW));
      assertRefused(Code.CREDENTIAL_MISSING, realm(username(), with(DISABLED, password())));
      Refused skipped =
          assertRefused(
              Code.CREDENTIAL_MISSING,
              realm(username(), conditional(client("other", false), password())));
      assertTrue(skipped.getMessage().contains("top > #2 sub"), skipped.getMessage());
    }

    @Test
    void alternatives() {
      assertRefused(
          Code.ALTERNATIVE,
          "top > sub > #1 direct-grant-validate-password",
          realm(
              username(), sub(REQUIRED, with(ALTERNATIVE, password()), with(ALTERNATIVE, dob()))));
      // Beside REQUIRED lines Keycloak would ignore it, and the administrator would not know.
      assertRefused(Code.ALTERNATIVE, realm(username(), dob(), with(ALTERNATIVE, password())));
      assertRefused(
          Code.ALTERNATIVE, realm(username(), dob(), sub(ALTERNATIVE, sub(REQUIRED, password()))));
      assertRefused(
          Code.ALTERNATIVE, realm(username(), dob(), sub(REQUIRED, with(ALTERNATIVE, ALLOW))));
    }

    @Test
    void alternativeThatAsksNothingBesideRequired() throws Refused {
      assertAsks(
          realm(username(), dob(), with(ALTERNATIVE, DENY), sub(ALTERNATIVE, ALLOW)),
          "username",
          "dob");
    }

    @Test
    void oneTimeCode() {
      Refused refused = assertRefused(Code.OTP_STEP, realm(username(), password(), OTP));
      assertEquals("direct-grant-validate-otp", refused.authenticator());
    }

    @Test
    void denial() {
      assertRefused(
          Code.DENY_ACCESS,
          "top > sub > #2 deny-access-authenticator",
          realm(username(), dob(), conditional(client("ivr-voting", false), DENY)));
    }

    @Test
    void emptySubFlow() {
      assertRefused(Code.NEVER_SUCCEEDS, "top > #3 sub", realm(username(), dob(), sub(REQUIRED)));
      assertRefused(
          Code.NEVER_SUCCEEDS, realm(username(), dob(), sub(REQUIRED, with(DISABLED, OTP))));
      assertRefused(
          Code.NEVER_SUCCEEDS, realm(username(), dob(), conditional(client("ivr-voting", false))));
      assertRefused(
          Code.NEVER_SUCCEEDS,
          realm(username(), dob(), sub(REQUIRED, conditional(client("other", false), OTP))));
    }

    @Test
    void usernameFirst() {
      assertRefused(Code.USERNAME_MISSING, "top", realm());
      assertRefused(
          Code.USERNAME_MISSING, realm(conditional(client("other", false), username()), role()));
      assertRefused(
          Code.USERNAME_NOT_FIRST,
          "top > #1 direct-grant-validate-password",
          realm(password(), username()));
      assertRefused(Code.USERNAME_NOT_FIRST, realm(ALLOW, username(), password()));
    }

    @Test
    void duplicates() {
      assertRefused(
          Code.DUPLICATE_PARAMETER,
          "top > sub > #1 direct-grant-validate-password",
          realm(username(), password(), sub(REQUIRED, password())));
      assertRefused(Code.DUPLICATE_PARAMETER, realm(username(), username(), password()));
      assertRefused(
          Code.DUPLICATE_FIELD,
          realm(
              username(), password(), Flows.custom(Map.of("field_name", "pin", "maps_to", "dob"))));
    }

    @Test
    void unknownAuthenticator() {
      Refused refused =
          assertRefused(
              Code.AUTHENTICATOR_UNKNOWN, realm(username(), stock("auth-spnego", REQUIRED)));
      assertEquals("auth-spnego", refused.authenticator());
      assertEquals("top > #2 auth-spnego", refused.place());
    }

    /** Configuration keys alone make nobody a factor: the provider must declare them. */
    @Test
    void strangerWithOurKeys() {
      Authenticator stranger =
          new Authenticator(
              REQUIRED, new Provider("idp-auto-link", true, false, true, false), Flows.DOB_CONFIG);
      assertRefused(Code.AUTHENTICATOR_UNKNOWN, realm(username(), stranger));
    }

    @Test
    void notInstalled() {
      Authenticator gone =
          new Authenticator(REQUIRED, new Provider("gone", false, false, false, false), Map.of());
      assertRefused(
          Code.AUTHENTICATOR_NOT_INSTALLED, "top > #3 gone", realm(username(), dob(), gone));
      // Keycloak looks at it to decide the condition, and fails.
      assertRefused(
          Code.AUTHENTICATOR_NOT_INSTALLED,
          "top > sub > #2 gone",
          realm(username(), dob(), conditional(client("other", false), gone)));
    }

    @Test
    void conditionalThatIsNoSubFlow() {
      assertRefused(
          Code.AUTHENTICATOR_CONDITIONAL, realm(username(), with(CONDITIONAL, password())));
    }

    @Test
    void formFlow() {
      SubFlow form =
          new SubFlow(REQUIRED, new Flow("form", false, flow("x", password()).executions()));
      assertRefused(Code.FLOW_NOT_BASIC, "top > #2 form", realm(username(), form));
    }
  }

  @Nested
  class RealmAndClient {

    private final Flow pin = flow("top", username(), password());

    private RealmFacts realmOf(boolean enabled, VotingClient client, Flow flow) {
      return new RealmFacts(enabled, Map.of(), client, flow);
    }

    private VotingClient clientOf(boolean enabled, boolean grants, boolean consent) {
      return new VotingClient("ivr-voting", enabled, grants, consent, Flows.SCOPES);
    }

    @Test
    void mustBeUsable() throws Refused {
      VotingClient good = clientOf(true, true, false);
      assertAsks(realmOf(true, good, pin), "username", "password");
      assertRefused(Code.REALM_DISABLED, realmOf(false, good, pin));
      assertRefused(Code.CLIENT_MISSING, realmOf(true, null, null));
      assertRefused(Code.CLIENT_DISABLED, realmOf(true, clientOf(false, true, false), pin));
      assertRefused(Code.CLIENT_DIRECT_GRANT_OFF, realmOf(true, clientOf(true, false, false), pin));
      assertRefused(Code.CLIENT_CONSENT_REQUIRED, realmOf(true, clientOf(true, true, true), pin));
      assertRefused(Code.FLOW_MISSING, realmOf(true, good, null));
    }
  }
}
