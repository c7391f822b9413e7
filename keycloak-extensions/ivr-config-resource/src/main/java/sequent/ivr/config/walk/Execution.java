package sequent.ivr.config.walk;

/** One line of a flow: an authenticator (a condition is one too) or a sub-flow. */
public sealed interface Execution permits Authenticator, SubFlow {

  Requirement requirement();

  /** Provider id of an authenticator, alias of a sub-flow. */
  String name();

  /** Whether Keycloak looks at it at all. */
  default boolean enabled() {
    return requirement() != Requirement.DISABLED;
  }

  /**
   * Whether Keycloak runs it in turn. Conditions do not count: Keycloak asks them from outside, and
   * in a sub-flow that is not CONDITIONAL never.
   */
  default boolean mandatory() {
    return requirement() == Requirement.REQUIRED || requirement() == Requirement.CONDITIONAL;
  }
}
