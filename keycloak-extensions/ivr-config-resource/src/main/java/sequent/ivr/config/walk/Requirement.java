package sequent.ivr.config.walk;

/** What Keycloak calls the requirement of an execution. */
public enum Requirement {
  REQUIRED,
  ALTERNATIVE,
  CONDITIONAL,
  DISABLED
}
