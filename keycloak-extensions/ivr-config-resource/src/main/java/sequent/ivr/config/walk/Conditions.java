package sequent.ivr.config.walk;

import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_NOT_INSTALLED;
import static sequent.ivr.config.walk.Refused.Code.CONDITION_MISSING;
import static sequent.ivr.config.walk.Refused.Code.CONDITION_NOT_CONFIGURED;

import java.util.List;
import sequent.ivr.config.walk.RealmFacts.Standing;
import sequent.ivr.config.walk.RealmFacts.VotingClient;

/**
 * Whether Keycloak enters a CONDITIONAL sub-flow for the client of the voters: only when every
 * enabled condition in it matches. Before there is a user, the conditions on the client alone can
 * be decided.
 */
final class Conditions {

  /** Whether a CONDITIONAL sub-flow is entered. */
  enum Verdict {
    ENTERED,
    SKIPPED,
    DEPENDS_ON_VOTER
  }

  private final VotingClient client;

  Conditions(VotingClient client) {
    this.client = client;
  }

  /**
   * @param place of the sub-flow
   * @throws Refused when there is no enabled condition, or one lacks its configuration: Keycloak
   *     then skips the sub-flow without a word
   */
  Verdict decide(SubFlow subFlow, Place place) throws Refused {
    List<Execution> executions = subFlow.flow().executions();
    boolean any = false;
    boolean skipped = false;
    boolean depends = false;
    for (int i = 0; i < executions.size(); i++) {
      Execution execution = executions.get(i);
      if (!(execution instanceof Authenticator leaf) || !leaf.enabled()) {
        continue;
      }
      Place here = place.at(i, leaf);
      if (!leaf.provider().installed()) {
        throw here.refuse(
            AUTHENTICATOR_NOT_INSTALLED,
            "'" + leaf.name() + "' is not installed in this server, so every login fails");
      }
      if (!leaf.provider().condition()) {
        continue;
      }
      any = true;
      refuseUnconfigured(leaf, here);
      switch (verdict(leaf, here)) {
        case SKIPPED -> skipped = true;
        case DEPENDS_ON_VOTER -> depends = true;
        case ENTERED -> {}
      }
    }
    if (!any) {
      throw place.refuse(
          CONDITION_MISSING,
          "the CONDITIONAL sub-flow '"
              + subFlow.name()
              + "' has no enabled condition, so Keycloak never runs it; give it one, make it"
              + " REQUIRED or disable it");
    }
    if (skipped) {
      return Verdict.SKIPPED;
    }
    return depends ? Verdict.DEPENDS_ON_VOTER : Verdict.ENTERED;
  }

  private static void refuseUnconfigured(Authenticator condition, Place here) throws Refused {
    for (String key : KnownProviders.keysOfCondition(condition)) {
      if (condition.config().getOrDefault(key, "").isBlank()) {
        throw here.refuse(
            CONDITION_NOT_CONFIGURED,
            "the condition '" + condition.name() + "' lacks its configuration '" + key + "'");
      }
    }
    if (condition.provider().configurable() && condition.config().isEmpty()) {
      throw here.refuse(
          CONDITION_NOT_CONFIGURED,
          "the condition '" + condition.name() + "' lacks its configuration");
    }
  }

  private Verdict verdict(Authenticator condition, Place here) throws Refused {
    return switch (condition.name()) {
      case KnownProviders.CLIENT_CONDITION ->
          entered(
              condition, condition.config().get("conditional-client").equals(client.clientId()));
      case KnownProviders.CLIENT_SCOPE_CONDITION -> scopeVerdict(condition, here);
      default -> Verdict.DEPENDS_ON_VOTER;
    };
  }

  private Verdict scopeVerdict(Authenticator condition, Place here) throws Refused {
    Standing standing = client.scopes().of(condition.config().get("client_scope"));
    return switch (standing) {
      case DEFAULT -> entered(condition, true);
      case UNASSIGNED -> entered(condition, false);
      // An optional scope is in the request or not, which is the caller's choice and not the
      // flow's.
      case OPTIONAL -> Verdict.DEPENDS_ON_VOTER;
      // Keycloak then matches nobody, negated or not.
      case UNKNOWN ->
          throw here.refuse(
              CONDITION_NOT_CONFIGURED,
              "the condition '"
                  + condition.name()
                  + "' names a client scope in 'client_scope' that the realm does not have");
    };
  }

  private static Verdict entered(Authenticator condition, boolean matches) {
    boolean negated = Boolean.parseBoolean(condition.config().get("negate"));
    return matches != negated ? Verdict.ENTERED : Verdict.SKIPPED;
  }
}
