package sequent.ivr.it.support;

import java.util.List;
import java.util.Map;

/** A line of a flow to be made: an authenticator or a sub-flow, with its requirement. */
public sealed interface Line {

  String requirement();

  /** An authenticator; without configuration when {@code config} is null. */
  record Step(String provider, String requirement, Map<String, String> config) implements Line {
    @Override
    public String toString() {
      String shown = config == null ? "" : config.toString();
      return provider + shown + " " + requirement;
    }
  }

  /** A sub-flow. */
  record Sub(String requirement, List<Line> lines) implements Line {
    @Override
    public String toString() {
      return requirement + lines;
    }
  }

  static Line step(String provider) {
    return new Step(provider, "REQUIRED", null);
  }

  static Line step(String provider, Map<String, String> config) {
    return new Step(provider, "REQUIRED", config);
  }

  static Line step(String provider, String requirement) {
    return new Step(provider, requirement, null);
  }

  static Line sub(String requirement, Line... lines) {
    return new Sub(requirement, List.of(lines));
  }

  static Line username() {
    return step("direct-grant-validate-username");
  }

  static Line password() {
    return step("direct-grant-validate-password");
  }

  static Line dob() {
    return step(
        "ivr-dob-authenticator",
        Map.of("field_name", "dob", "max_digits", "8", "terminator", "#", "maps_to", "dob"));
  }

  static Line client(String id, boolean negated) {
    return step(
        "conditional-client",
        Map.of("conditional-client", id, "negate", Boolean.toString(negated)));
  }
}
