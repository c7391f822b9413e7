package sequent.ivr.config.walk;

import static sequent.ivr.config.walk.Requirement.CONDITIONAL;
import static sequent.ivr.config.walk.Requirement.REQUIRED;

import java.util.List;
import java.util.Map;
import sequent.ivr.config.walk.Authenticator.Provider;
import sequent.ivr.config.walk.RealmFacts.ClientScopes;
import sequent.ivr.config.walk.RealmFacts.Standing;
import sequent.ivr.config.walk.RealmFacts.VotingClient;

/** Flows in few words, for the tests of the walk. */
final class Flows {

  static final Map<String, String> DOB_CONFIG =
      Map.of("field_name", "dob", "max_digits", "8", "terminator", "#", "maps_to", "dob");

  static final ClientScopes SCOPES =
      name ->
          switch (name) {
            case "default" -> Standing.DEFAULT;
            case "optional" -> Standing.OPTIONAL;
            case "unassigned" -> Standing.UNASSIGNED;
            default -> Standing.UNKNOWN;
          };

  private Flows() {}

  static Authenticator stock(String id, Requirement requirement) {
    return new Authenticator(requirement, new Provider(id, true, false, false, false), Map.of());
  }

  static Authenticator username() {
    return stock("direct-grant-validate-username", REQUIRED);
  }

  static Authenticator password() {
    return stock("direct-grant-validate-password", REQUIRED);
  }

  static Authenticator custom(Map<String, String> config) {
    return new Authenticator(REQUIRED, new Provider("custom", true, false, true, true), config);
  }

  static Authenticator dob() {
    return custom(DOB_CONFIG);
  }

  static Authenticator condition(String id, Map<String, String> config) {
    boolean configurable = !id.equals("conditional-user-configured");
    return new Authenticator(REQUIRED, new Provider(id, true, true, configurable, false), config);
  }

  static Authenticator client(String id, boolean negated) {
    return condition(
        "conditional-client",
        Map.of("conditional-client", id, "negate", Boolean.toString(negated)));
  }

  static Authenticator clientScope(String name, boolean negated) {
    return condition(
        "conditional-client-scope",
        Map.of("client_scope", name, "negate", Boolean.toString(negated)));
  }

  static Authenticator role() {
    return condition("conditional-user-role", Map.of("condUserRole", "some"));
  }

  static Authenticator with(Requirement requirement, Authenticator authenticator) {
    return new Authenticator(requirement, authenticator.provider(), authenticator.config());
  }

  static SubFlow sub(Requirement requirement, Execution... executions) {
    return new SubFlow(requirement, flow("sub", executions));
  }

  static SubFlow conditional(Execution... executions) {
    return sub(CONDITIONAL, executions);
  }

  static Flow flow(String alias, Execution... executions) {
    return new Flow(alias, true, List.of(executions));
  }

  static RealmFacts realm(Execution... executions) {
    return realm(Map.of(), executions);
  }

  static RealmFacts realm(Map<String, String> attributes, Execution... executions) {
    return new RealmFacts(true, attributes, client(), flow("top", executions));
  }

  static VotingClient client() {
    return new VotingClient("ivr-voting", true, true, false, SCOPES);
  }
}
