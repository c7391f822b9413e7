package sequent.ivr.it.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Draws Direct Grant flows: sensible ones with mistakes in them rather than noise, so that many get
 * as far as a token.
 */
public final class RandomFlows {

  private static final int MAX_DEPTH = 3;

  private final Random random;

  public RandomFlows(long seed) {
    random = new Random(seed);
  }

  public List<Line> next() {
    return chance(60) ? nearlyRight() : anything();
  }

  /**
   * Few credentials, most of them behind something that may or may not let Keycloak pass them by:
   * the flows in which one wrong judgement of the walk is a token for a bare voter id.
   */
  private List<Line> nearlyRight() {
    List<Line> lines = new ArrayList<>();
    lines.add(Line.username());
    int factors = pick(1, 1, 2);
    for (int i = 0; i < factors; i++) {
      Line credential = i == 0 ? factor() : Line.dob();
      lines.add(chance(80) ? hidden(credential, pick(1, 1, 2)) : credential);
    }
    if (chance(15)) {
      lines.add(Line.step("allow-access-authenticator", pick("REQUIRED", "ALTERNATIVE")));
    }
    return lines;
  }

  private Line factor() {
    String requirement = chance(90) ? "REQUIRED" : pick("ALTERNATIVE", "DISABLED");
    return Line.step("direct-grant-validate-password", requirement);
  }

  /** Inside one or two sub-flows. */
  private Line hidden(Line line, int depth) {
    String requirement =
        pick("CONDITIONAL", "CONDITIONAL", "CONDITIONAL", "CONDITIONAL", "REQUIRED", "ALTERNATIVE");
    List<Line> lines = new ArrayList<>();
    if (requirement.equals("CONDITIONAL") || chance(20)) {
      int conditions = pick(1, 1, 2);
      for (int i = 0; i < conditions; i++) {
        lines.add(chance(40) ? Line.client("ivr-voting", false) : mistakenCondition());
      }
    }
    if (chance(15)) {
      lines.add(Line.step("allow-access-authenticator", pick("REQUIRED", "ALTERNATIVE")));
    }
    lines.add(depth > 1 ? hidden(line, depth - 1) : line);
    return new Line.Sub(requirement, lines);
  }

  /** A condition that ought to match {@code ivr-voting}, with one mistake. */
  private Line mistakenCondition() {
    return switch (random.nextInt(8)) {
      case 0 ->
          new Line.Step(
              "conditional-client", "DISABLED", Map.of("conditional-client", "ivr-voting"));
      case 1 -> Line.step("conditional-client");
      case 2 -> Line.step("conditional-client", Map.of("negate", "true"));
      case 3 -> Line.client("ivr-voting", true);
      case 4 -> Line.client(pick("voting-portal", "IVR-voting", "ivr-voting "), false);
      case 5 -> scope(pick("in-optional", "in-none", "typo", "voting-portal"), "false");
      case 6 -> scope(pick("in-optional", "in-default", "typo", "ivr-voting"), "true");
      default -> condition();
    };
  }

  private static Line scope(String name, String negate) {
    return Line.step("conditional-client-scope", Map.of("client_scope", name, "negate", negate));
  }

  private List<Line> anything() {
    List<Line> lines = new ArrayList<>();
    if (chance(92)) {
      lines.add(Line.username());
    }
    lines.addAll(level(0));
    if (chance(5)) {
      lines.add(random.nextInt(lines.size() + 1), Line.username());
    }
    return lines;
  }

  private List<Line> level(int depth) {
    List<Line> lines = new ArrayList<>();
    int count = pick(0, 1, 1, 2, 2, 3);
    for (int i = 0; i < count; i++) {
      boolean nests = depth < MAX_DEPTH && chance(45);
      lines.add(nests ? subFlow(depth) : authenticator());
    }
    return lines;
  }

  private Line subFlow(int depth) {
    String requirement =
        pick(
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "CONDITIONAL",
            "CONDITIONAL",
            "CONDITIONAL",
            "CONDITIONAL",
            "ALTERNATIVE",
            "DISABLED");
    List<Line> lines = new ArrayList<>();
    boolean conditional = requirement.equals("CONDITIONAL");
    int conditions = conditional ? pick(0, 1, 1, 1, 1, 1, 2) : pick(0, 0, 0, 0, 1);
    for (int i = 0; i < conditions; i++) {
      lines.add(condition());
    }
    lines.addAll(level(depth + 1));
    if (chance(10) && lines.size() > 1) {
      lines.add(lines.remove(0));
    }
    return new Line.Sub(requirement, lines);
  }

  private Line authenticator() {
    String requirement =
        pick(
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "REQUIRED",
            "DISABLED",
            "ALTERNATIVE",
            chance(20) ? "CONDITIONAL" : "REQUIRED");
    int kind = random.nextInt(100);
    if (kind < 40) {
      return new Line.Step("direct-grant-validate-password", requirement, null);
    }
    if (kind < 70) {
      return new Line.Step("ivr-dob-authenticator", requirement, dobConfig());
    }
    if (kind < 78) {
      return new Line.Step("direct-grant-validate-otp", requirement, null);
    }
    if (kind < 88) {
      return new Line.Step("allow-access-authenticator", requirement, null);
    }
    if (kind < 92) {
      return new Line.Step("deny-access-authenticator", requirement, null);
    }
    if (kind < 95) {
      return new Line.Step("user-session-limits", requirement, limits());
    }
    return new Line.Step(pick("auth-spnego", "auth-cookie", "idp-auto-link"), requirement, null);
  }

  private Map<String, String> limits() {
    return chance(30)
        ? null
        : Map.of(
            "behavior",
            "Terminate oldest session",
            "userRealmLimit",
            "50",
            "userClientLimit",
            "50");
  }

  private Map<String, String> dobConfig() {
    if (chance(8)) {
      return null;
    }
    Map<String, String> config =
        new HashMap<>(Map.of("field_name", "dob", "max_digits", "8", "maps_to", "dob"));
    if (chance(15)) {
      config.put("field_name", "dob2");
      config.put("maps_to", "dob2");
      config.put("prompt_key", "auth_enter_dob");
    } else if (chance(10)) {
      config.put("maps_to", "password");
    } else if (chance(10)) {
      config.put(pick("max_digits", "maps_to", "terminator"), pick("99", "", "scope", "*"));
    }
    return config;
  }

  private Line condition() {
    String requirement = chance(85) ? "REQUIRED" : "DISABLED";
    String negate = pick("true", "false", "false");
    String provider =
        pick(
            "conditional-client",
            "conditional-client",
            "conditional-client",
            "conditional-client-scope",
            "conditional-client-scope",
            "conditional-user-configured",
            "conditional-user-role",
            "conditional-user-attribute",
            "conditional-sub-flow-executed",
            "conditional-credential",
            "conditional-level-of-authentication");
    Map<String, String> config =
        switch (provider) {
          case "conditional-client" ->
              Map.of(
                  "conditional-client",
                  pick("ivr-voting", "ivr-voting", "voting-portal"),
                  "negate",
                  negate);
          case "conditional-client-scope" ->
              Map.of(
                  "client_scope",
                  pick(
                      "in-default",
                      "in-optional",
                      "in-none",
                      "typo",
                      "ivr-voting",
                      "voting-portal"),
                  "negate",
                  negate);
          case "conditional-user-role" ->
              Map.of(
                  "condUserRole",
                  pick("offline_access", "can_read_phone_blacklist"),
                  "negate",
                  negate);
          case "conditional-user-attribute" ->
              Map.of(
                  "attribute_name",
                  "dateOfBirth",
                  "attribute_expected_value",
                  TestRealm.STORED_DOB,
                  "not",
                  negate);
          case "conditional-sub-flow-executed" ->
              Map.of(
                  "flow_to_check",
                  "direct grant",
                  "check_result",
                  pick("executed", "not-executed"));
          case "conditional-credential" -> Map.of("credentials", "password", "included", negate);
          case "conditional-level-of-authentication" ->
              Map.of("loa-condition-level", "1", "loa-max-age", "0");
          default -> null;
        };
    return new Line.Step(provider, requirement, chance(10) ? null : config);
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
