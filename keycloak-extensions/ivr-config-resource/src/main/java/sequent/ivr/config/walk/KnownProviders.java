package sequent.ivr.config.walk;

import java.util.Map;
import java.util.Set;

/** Providers whose behaviour in a Direct Grant flow is known, by their ids (Keycloak 26.4). */
final class KnownProviders {

  static final String USERNAME = "direct-grant-validate-username";
  static final String PASSWORD = "direct-grant-validate-password";
  static final String OTP = "direct-grant-validate-otp";
  static final String DENY = "deny-access-authenticator";
  static final String CLIENT_CONDITION = "conditional-client";
  static final String CLIENT_SCOPE_CONDITION = "conditional-client-scope";

  /**
   * Authenticators that ask nothing of the voter, with the configuration keys without which they
   * fail every login.
   */
  private static final Map<String, Set<String>> SILENT =
      Map.of("allow-access-authenticator", Set.of(), "user-session-limits", Set.of("behavior"));

  /** Conditions, with the configuration keys without which they match nobody or fail. */
  private static final Map<String, Set<String>> CONDITION_KEYS =
      Map.of(
          CLIENT_CONDITION,
          Set.of("conditional-client"),
          CLIENT_SCOPE_CONDITION,
          Set.of("client_scope"),
          "conditional-user-role",
          Set.of("condUserRole"),
          "conditional-user-attribute",
          Set.of("attribute_name", "attribute_expected_value"),
          "conditional-sub-flow-executed",
          Set.of("flow_to_check"),
          "conditional-credential",
          Set.of("credentials"),
          "conditional-level-of-authentication",
          Set.of("loa-condition-level"));

  private KnownProviders() {}

  static boolean silent(Authenticator authenticator) {
    return SILENT.containsKey(authenticator.name());
  }

  static Set<String> keysOfSilent(Authenticator authenticator) {
    return SILENT.getOrDefault(authenticator.name(), Set.of());
  }

  static Set<String> keysOfCondition(Authenticator condition) {
    return CONDITION_KEYS.getOrDefault(condition.name(), Set.of());
  }
}
