package sequent.ivr.config.walk;

import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_CONDITIONAL;
import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_CONFIG_INVALID;
import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_NOT_INSTALLED;
import static sequent.ivr.config.walk.Refused.Code.CLIENT_CONSENT_REQUIRED;
import static sequent.ivr.config.walk.Refused.Code.CLIENT_DIRECT_GRANT_OFF;
import static sequent.ivr.config.walk.Refused.Code.CLIENT_DISABLED;
import static sequent.ivr.config.walk.Refused.Code.CLIENT_MISSING;
import static sequent.ivr.config.walk.Refused.Code.CONDITION_OVER_CREDENTIAL;
import static sequent.ivr.config.walk.Refused.Code.CREDENTIAL_MISSING;
import static sequent.ivr.config.walk.Refused.Code.DENY_ACCESS;
import static sequent.ivr.config.walk.Refused.Code.DUPLICATE_FIELD;
import static sequent.ivr.config.walk.Refused.Code.DUPLICATE_PARAMETER;
import static sequent.ivr.config.walk.Refused.Code.FLOW_MISSING;
import static sequent.ivr.config.walk.Refused.Code.FLOW_NOT_BASIC;
import static sequent.ivr.config.walk.Refused.Code.NEVER_SUCCEEDS;
import static sequent.ivr.config.walk.Refused.Code.OTP_STEP;
import static sequent.ivr.config.walk.Refused.Code.REALM_DISABLED;
import static sequent.ivr.config.walk.Refused.Code.USERNAME_MISSING;
import static sequent.ivr.config.walk.Refused.Code.USERNAME_NOT_FIRST;

import java.util.ArrayList;
import java.util.List;
import sequent.ivr.config.walk.RealmFacts.VotingClient;

/**
 * Goes through a Direct Grant flow as Keycloak does for the client of the voters, and lists what a
 * caller is asked for. Refuses every flow in which that list would not be the truth: one that hands
 * out a token for a bare voter id, one that nobody gets through, one that asks different voters for
 * different things.
 *
 * <p>Where this disagrees with Keycloak's own {@code DefaultAuthenticationFlow}, this is wrong.
 */
public final class Walk {

  /** Whether the executions after this one are reached. */
  private enum Outcome {
    PASSES,
    DENIES
  }

  private final Conditions conditions;
  private final StepReader reader;
  private final List<String> skipped = new ArrayList<>();

  /** Inside a sub-flow that only some voters enter. */
  private boolean forSomeVoters;

  private boolean usernameAsked;

  private Walk(RealmFacts realm) {
    conditions = new Conditions(realm.client());
    reader = new StepReader(realm.attributes());
  }

  /**
   * The credentials in the order in which Keycloak checks them: the voter id first, and at least
   * one more.
   */
  public static List<AuthStep> through(RealmFacts realm) throws Refused {
    refuseUnusable(realm);
    Flow flow = realm.directGrant();
    if (flow == null) {
      throw new Refused(
          FLOW_MISSING,
          null,
          null,
          "the client '" + realm.client().clientId() + "' has no Direct Grant flow");
    }
    Walk walk = new Walk(realm);
    List<AuthStep> steps = new ArrayList<>();
    walk.level(flow, Place.top(flow), steps);
    if (steps.size() < 2) {
      throw Place.top(flow).refuse(CREDENTIAL_MISSING, walk.noCredential());
    }
    return List.copyOf(steps);
  }

  private static void refuseUnusable(RealmFacts realm) throws Refused {
    if (!realm.enabled()) {
      throw new Refused(REALM_DISABLED, null, null, "the realm is disabled");
    }
    VotingClient client = realm.client();
    if (client == null) {
      throw new Refused(
          CLIENT_MISSING, null, null, "the realm has no client for voters by telephone");
    }
    String named = "the client '" + client.clientId() + "' ";
    if (!client.enabled()) {
      throw new Refused(CLIENT_DISABLED, null, null, named + "is disabled");
    }
    if (!client.directGrants()) {
      throw new Refused(
          CLIENT_DIRECT_GRANT_OFF, null, null, named + "has Direct Access Grants off");
    }
    if (client.consentRequired()) {
      throw new Refused(
          CLIENT_CONSENT_REQUIRED, null, null, named + "requires consent, so no login succeeds");
    }
  }

  /** One flow or sub-flow that is entered. Adds its steps. */
  private Outcome level(Flow flow, Place place, List<AuthStep> steps) throws Refused {
    if (!flow.basic()) {
      throw place.refuse(FLOW_NOT_BASIC, "the flow '" + flow.alias() + "' is not a basic flow");
    }
    boolean succeeds = false;
    for (int i = 0; i < flow.executions().size(); i++) {
      Execution execution = flow.executions().get(i);
      Place here = place.at(i, execution);
      if (!execution.enabled() || isCondition(execution, here)) {
        continue;
      }
      if (execution.requirement() == Requirement.ALTERNATIVE) {
        Alternatives.refuse(flow, execution, here);
        continue;
      }
      boolean ran;
      if (execution instanceof SubFlow subFlow) {
        if (!enters(subFlow, here)) {
          continue;
        }
        ran = level(subFlow.flow(), here, steps) == Outcome.PASSES;
      } else {
        ran = authenticator((Authenticator) execution, here, steps) == Outcome.PASSES;
      }
      if (!ran) {
        return Outcome.DENIES;
      }
      succeeds = true;
    }
    if (!succeeds && !usernameAsked) {
      throw place.refuse(
          USERNAME_MISSING,
          "the flow '"
              + flow.alias()
              + "' does not ask for the voter id; its first step must be '"
              + KnownProviders.USERNAME
              + "'");
    }
    if (!succeeds) {
      throw place.refuse(
          NEVER_SUCCEEDS,
          "nothing in the flow '"
              + flow.alias()
              + "' is sure to run, and Keycloak then fails the login; disable it");
    }
    return Outcome.PASSES;
  }

  /** Conditions are asked by the sub-flow's parent; in any other flow Keycloak ignores them. */
  private static boolean isCondition(Execution execution, Place here) throws Refused {
    if (!(execution instanceof Authenticator leaf)) {
      return false;
    }
    if (!leaf.provider().installed()) {
      throw here.refuse(
          AUTHENTICATOR_NOT_INSTALLED,
          "'" + leaf.name() + "' is not installed in this server, so every login fails");
    }
    return leaf.provider().condition();
  }

  /** Whether the sub-flow is on every voter's path. */
  private boolean enters(SubFlow subFlow, Place here) throws Refused {
    if (subFlow.requirement() == Requirement.REQUIRED) {
      return true;
    }
    return switch (conditions.decide(subFlow, here)) {
      case ENTERED -> true;
      case SKIPPED -> {
        skipped.add(here.toString());
        yield false;
      }
      case DEPENDS_ON_VOTER -> {
        refuseCredentialsOfSome(subFlow, here);
        skipped.add(here.toString());
        yield false;
      }
    };
  }

  /** Some voters enter it: it must ask them nothing, and let them through or deny them outright. */
  private void refuseCredentialsOfSome(SubFlow subFlow, Place here) throws Refused {
    if (!usernameAsked) {
      throw here.refuse(
          USERNAME_NOT_FIRST,
          "the condition of '" + subFlow.name() + "' needs a voter before there is one");
    }
    boolean outer = forSomeVoters;
    forSomeVoters = true;
    List<AuthStep> asked = new ArrayList<>();
    level(subFlow.flow(), here, asked);
    forSomeVoters = outer;
    if (!asked.isEmpty()) {
      throw here.refuse(
          CONDITION_OVER_CREDENTIAL,
          "the condition of '"
              + subFlow.name()
              + "' cannot be decided before the voter is known, and the sub-flow asks for '"
              + asked.get(0).field()
              + "'; branch by client, or make it REQUIRED");
    }
  }

  private Outcome authenticator(Authenticator leaf, Place here, List<AuthStep> steps)
      throws Refused {
    if (leaf.requirement() == Requirement.CONDITIONAL) {
      throw here.refuse(
          AUTHENTICATOR_CONDITIONAL,
          "'" + leaf.name() + "' is CONDITIONAL, which only a sub-flow can be; make it REQUIRED");
    }
    boolean isUsername = leaf.name().equals(KnownProviders.USERNAME);
    if (!usernameAsked && !isUsername) {
      throw here.refuse(
          USERNAME_NOT_FIRST,
          "'"
              + leaf.name()
              + "' runs before '"
              + KnownProviders.USERNAME
              + "', which must be first");
    }
    if (leaf.name().equals(KnownProviders.DENY)) {
      if (forSomeVoters) {
        return Outcome.DENIES;
      }
      throw here.refuse(DENY_ACCESS, "'" + leaf.name() + "' denies every voter by telephone");
    }
    if (leaf.name().equals(KnownProviders.OTP)) {
      throw here.refuse(
          OTP_STEP,
          "'" + leaf.name() + "' asks for a one-time code, which a call does not collect");
    }
    if (KnownProviders.silent(leaf)) {
      refuseUnconfigured(leaf, here);
      return Outcome.PASSES;
    }
    add(reader.read(leaf, here), here, steps);
    usernameAsked = true;
    return Outcome.PASSES;
  }

  private static void refuseUnconfigured(Authenticator silent, Place here) throws Refused {
    for (String key : KnownProviders.keysOfSilent(silent)) {
      if (silent.config().getOrDefault(key, "").isBlank()) {
        throw here.refuse(
            AUTHENTICATOR_CONFIG_INVALID,
            "the configuration '" + key + "' of '" + silent.name() + "' is missing");
      }
    }
  }

  private static void add(AuthStep step, Place here, List<AuthStep> steps) throws Refused {
    for (AuthStep other : steps) {
      if (other.mapsTo().equals(step.mapsTo())) {
        throw here.refuse(
            DUPLICATE_PARAMETER,
            "two steps are sent as the form parameter '" + step.mapsTo() + "' (maps_to)");
      }
      if (other.field().equals(step.field())) {
        throw here.refuse(
            DUPLICATE_FIELD, "two steps have the field name '" + step.field() + "' (field_name)");
      }
    }
    steps.add(step);
  }

  private String noCredential() {
    String message = "no credential is REQUIRED, so Keycloak hands out a token for a bare voter id";
    return skipped.isEmpty() ? message : message + "; skipped: " + String.join(", ", skipped);
  }
}
