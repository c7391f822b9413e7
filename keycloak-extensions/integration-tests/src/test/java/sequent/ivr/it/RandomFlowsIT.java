package sequent.ivr.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import sequent.ivr.it.support.Http;
import sequent.ivr.it.support.Line;
import sequent.ivr.it.support.RandomFlows;
import sequent.ivr.it.support.TestRealm;

/**
 * The walk against the server itself, over random flows.
 *
 * <ul>
 *   <li>Where the server gives a token for a voter id alone, or with wrong values of every factor,
 *       the walk refuses.
 *   <li>Where the walk answers steps, their right values log in, and leaving out any one, or
 *       sending any one wrong, does not.
 * </ul>
 *
 * {@code -Drandom.flows=N} draws more, {@code -Drandom.seed=S} others. A failure names the flow.
 */
class RandomFlowsIT {

  private static final int FLOWS = Integer.getInteger("random.flows", 200);
  private static final long SEED = Long.getLong("random.seed", 20_261_121L);

  /** Flows of one realm: a realm with thousands of them is slow. */
  private static final int FLOWS_PER_REALM = 100;

  /** Voters that differ in what conditions can see. */
  private static final List<String> VOTERS = List.of(TestRealm.VOTER, "20000001");

  private static final Map<String, String> RIGHT =
      Map.of("pin", TestRealm.PIN, "dob", TestRealm.DOB, "dob2", TestRealm.DOB);

  private final Map<String, Integer> tally = new TreeMap<>();
  private final List<String> disagreements = new ArrayList<>();
  private TestRealm realm;
  private String bearer;

  @Test
  void neverSaysWhatTheServerDoesNotDo() {
    RandomFlows flows = new RandomFlows(SEED);
    for (int done = 0; done < FLOWS; done += FLOWS_PER_REALM) {
      try (TestRealm fresh = new TestRealm(Map.of("accessTokenLifespan", 3600))) {
        realm = fresh;
        prepare();
        for (int i = done; i < Math.min(FLOWS, done + FLOWS_PER_REALM); i++) {
          compare(i, flows.next());
        }
      }
      assertEquals(List.of(), disagreements, "seed " + SEED);
      int drawn = Math.min(FLOWS, done + FLOWS_PER_REALM);
      System.out.println("random flows, seed " + SEED + ", " + drawn + " drawn: " + tally);
    }
    // Otherwise the flows drawn would show nothing.
    assertTrue(tally.getOrDefault("token for a bare voter id", 0) * 20 > FLOWS, tally.toString());
    assertTrue(tally.getOrDefault("answers steps", 0) * 20 > FLOWS, tally.toString());
  }

  private void prepare() {
    String other = realm.voter("20000001", Map.of("dateOfBirth", List.of(TestRealm.STORED_DOB)));
    realm.grantRole(other);
    for (String scope : List.of("default", "optional", "none")) {
      String id =
          realm
              .admin()
              .post(
                  realm.path("/client-scopes"),
                  Map.of("name", "in-" + scope, "protocol", "openid-connect"));
      if (!scope.equals("none")) {
        realm
            .admin()
            .put(
                realm.path("/clients/" + realm.votingId() + "/" + scope + "-client-scopes/" + id),
                Map.of());
      }
    }
    bearer = "Bearer " + realm.serviceToken("ivr-service");
  }

  private void compare(int number, List<Line> flow) {
    realm.bind(flow);
    Http.Answer config = realm.ivrConfig(bearer);
    boolean answers = config.status() == 200;
    count(answers ? "answers steps" : "refuses: " + config.member("code"));
    for (String voter : VOTERS) {
      for (Map<String, String> nothing : withoutAnyRightValue(voter)) {
        if (loggedIn(nothing)) {
          count(nothing.size() == 1 ? "token for a bare voter id" : "token for wrong values");
          if (answers) {
            disagree(number, flow, "a token for " + nothing.keySet() + " of " + voter, config);
          }
        }
      }
      if (answers) {
        compareSteps(number, flow, voter, config);
      }
    }
    if (!answers) {
      assertTrue(config.status() == 500 && !config.member("place").isEmpty(), config.toString());
      count("refused, though right values log in", everythingRight());
    }
  }

  private static List<Map<String, String>> withoutAnyRightValue(String voter) {
    Map<String, String> wrong = new HashMap<>();
    for (String parameter : List.of("password", "dob", "dob2", "otp")) {
      wrong.put(parameter, "00000000");
    }
    wrong.put("username", voter);
    return List.of(Map.of("username", voter), wrong);
  }

  private boolean everythingRight() {
    return loggedIn(
        Map.of(
            "username", TestRealm.VOTER,
            "password", TestRealm.PIN,
            "dob", TestRealm.DOB,
            "dob2", TestRealm.DOB));
  }

  private void compareSteps(int number, List<Line> flow, String voter, Http.Answer config) {
    Map<String, String> right = new LinkedHashMap<>();
    for (JsonNode step : config.json().path("steps")) {
      String field = step.path("field").asText();
      String value = field.equals("voter_id") ? voter : RIGHT.get(field);
      right.put(step.path("maps_to").asText(), value);
    }
    Http.Answer login = realm.login(right);
    if (login.status() != 200) {
      // Some voters may be denied outright; the server then answers with a page.
      boolean denied = login.header("Content-Type").startsWith("text/html");
      if (!denied || !flow.toString().contains("deny-access-authenticator")) {
        disagree(number, flow, "right values give " + login + " to " + voter, config);
      }
      count("denied by condition");
      return;
    }
    count("logins with right values");
    for (String parameter : right.keySet()) {
      Map<String, String> without = new HashMap<>(right);
      without.remove(parameter);
      Map<String, String> wrong = new HashMap<>(right);
      wrong.put(parameter, "00000000");
      for (Map<String, String> attempt : List.of(without, wrong)) {
        count("attempts with one value missing or wrong");
        if (loggedIn(attempt)) {
          disagree(number, flow, "a token without the right " + parameter, config);
        }
      }
    }
  }

  private boolean loggedIn(Map<String, String> credentials) {
    return realm.login(credentials).status() == 200;
  }

  private void disagree(int number, List<Line> flow, String what, Http.Answer config) {
    disagreements.add("flow " + number + " " + flow + ": " + what + ", ivr-config " + config);
  }

  private void count(String what) {
    tally.merge(what, 1, Integer::sum);
  }

  private void count(String what, boolean happened) {
    if (happened) {
      count(what);
    }
  }
}
