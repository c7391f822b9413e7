package sequent.ivr.config.walk;

import static sequent.ivr.config.walk.Refused.Code.ALTERNATIVE;

/**
 * Lines that are ALTERNATIVE. Beside REQUIRED or CONDITIONAL ones Keycloak ignores them; alone, the
 * first failure ends the login. Neither is what an administrator means by them.
 */
final class Alternatives {

  private Alternatives() {}

  /** Refuses the line unless Keycloak ignores it and it asks the voter nothing. */
  static void refuse(Flow flow, Execution execution, Place here) throws Refused {
    boolean ignored = flow.executions().stream().anyMatch(Alternatives::isMandatory);
    if (!ignored || asksTheVoter(execution)) {
      throw here.refuse(
          ALTERNATIVE,
          "'"
              + execution.name()
              + "' is ALTERNATIVE, and in Direct Grant alternatives are no fallback; make it"
              + " REQUIRED or disable it");
    }
  }

  private static boolean isMandatory(Execution execution) {
    boolean condition = execution instanceof Authenticator leaf && leaf.provider().condition();
    return execution.mandatory() && !condition;
  }

  private static boolean asksTheVoter(Execution execution) {
    if (!execution.enabled()) {
      return false;
    }
    if (execution instanceof SubFlow subFlow) {
      return subFlow.flow().executions().stream().anyMatch(Alternatives::asksTheVoter);
    }
    Authenticator leaf = (Authenticator) execution;
    boolean quiet =
        leaf.provider().condition()
            || KnownProviders.silent(leaf)
            || leaf.name().equals(KnownProviders.DENY);
    return !quiet;
  }
}
