package sequent.ivr.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sequent.ivr.it.support.Http;
import sequent.ivr.it.support.Line;
import sequent.ivr.it.support.TestRealm;

/** The date-of-birth factor on the wire, and what of it counts towards brute force. */
class DobIT {

  private static final String WRONG = "12311999";

  private static TestRealm realm;

  private static int voters;

  /** A voter of this test alone, with the usual date of birth. */
  private String voter;

  @BeforeAll
  static void makeRealm() {
    realm =
        new TestRealm(
            Map.of(
                "bruteForceProtected",
                true,
                "failureFactor",
                4,
                "waitIncrementSeconds",
                600,
                "maxFailureWaitSeconds",
                600,
                "quickLoginCheckMilliSeconds",
                0));
  }

  @AfterAll
  static void deleteRealm() {
    realm.close();
  }

  @BeforeEach
  void makeVoter() {
    voter = voterWith(Map.of("dateOfBirth", List.of(TestRealm.STORED_DOB)));
    realm.bind(Line.username(), Line.dob());
  }

  private static String voterWith(Map<String, List<String>> attributes) {
    String name = Integer.toString(30_000_000 + voters++);
    realm.voter(name, attributes);
    return name;
  }

  private Http.Answer login(String voter, String dob) {
    Map<String, String> credentials = new HashMap<>(Map.of("username", voter));
    if (dob != null) {
      credentials.put("dob", dob);
    }
    return realm.login(credentials);
  }

  /** The very bytes of a wrong password. */
  private static void assertInvalidCredentials(Http.Answer answer) {
    assertEquals(401, answer.status(), answer.toString());
    assertEquals(
        "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid user credentials\"}",
        answer.text());
    assertEquals("application/json", answer.header("Content-Type"));
    assertEquals("", answer.header("WWW-Authenticate"));
  }

  /** The counter is written after the answer. */
  private void assertFailures(int expected, String voter) throws InterruptedException {
    String path = realm.path("/attack-detection/brute-force/users/" + realm.userId(voter));
    int failures = -1;
    for (int i = 0; i < 100 && failures != expected; i++) {
      failures = realm.admin().get(path).path("numFailures").asInt();
      if (failures > expected) {
        break;
      }
      Thread.sleep(50);
    }
    assertEquals(expected, failures);
  }

  @Test
  void wrongDatesCountMissingOnesDoNot() throws Exception {
    assertInvalidCredentials(login(voter, WRONG));
    assertFailures(1, voter);

    Http.Answer missing = login(voter, null);
    assertEquals(400, missing.status(), missing.toString());
    assertEquals(
        "{\"error\":\"invalid_request\",\"error_description\":\"Missing parameter: dob\"}",
        missing.text());

    assertInvalidCredentials(login(voter, ""));
    // Had the missing one counted, this would be 3.
    assertFailures(2, voter);

    assertEquals(200, login(voter, TestRealm.DOB).status());
    assertFailures(0, voter);
  }

  @Test
  void lockoutLooksLikeAWrongDate() throws Exception {
    for (int i = 1; i <= 4; i++) {
      assertInvalidCredentials(login(voter, WRONG));
      assertFailures(i, voter);
    }
    assertInvalidCredentials(login(voter, TestRealm.DOB));
    assertFailures(4, voter);
  }

  @Test
  void sameAnswerAsAWrongPassword() {
    Http.Answer dob = login(voter, WRONG);
    realm.bind(Line.username(), Line.password());
    Http.Answer password = realm.login(Map.of("username", voter, "password", "0000"));
    assertEquals(password.status(), dob.status());
    assertEquals(password.text(), dob.text());
    assertEquals(headers(password), headers(dob));
  }

  private static Map<String, List<String>> headers(Http.Answer answer) {
    return answer.response().headers().map();
  }

  @Test
  void votersWithoutAUsableDate() throws Exception {
    String without = voterWith(Map.of());
    String malformed = voterWith(Map.of("dateOfBirth", List.of("02.01.1980")));
    for (String voter : List.of(without, malformed)) {
      // 01010001 is the stand-in that is compared with.
      for (String entry : List.of(TestRealm.DOB, "01010001", "")) {
        assertInvalidCredentials(login(voter, entry));
      }
      assertFailures(3, voter);
    }
  }

  @Test
  void disabledAccountDoesNotCount() throws Exception {
    realm.admin().put(realm.path("/users/" + realm.userId(voter)), Map.of("enabled", false));
    Http.Answer answer = login(voter, WRONG);
    assertEquals(400, answer.status());
    assertEquals("Account disabled", answer.member("error_description"));
    assertFailures(0, voter);
  }

  @Test
  void wrongDateAfterARightPinCounts() throws Exception {
    realm.bind(Line.username(), Line.password(), Line.dob());
    Map<String, String> credentials =
        Map.of("username", voter, "password", TestRealm.PIN, "dob", WRONG);
    assertInvalidCredentials(realm.login(credentials));
    assertFailures(1, voter);
    assertInvalidCredentials(realm.login(credentials));
    assertFailures(2, voter);
  }

  @Test
  void otherFormatsAttributeAndParameter() {
    String other = voterWith(Map.of("birthday", List.of("19800102")));
    realm.bind(
        Line.username(),
        Line.step(
            "ivr-dob-authenticator",
            Map.of(
                "field_name", "dob",
                "maps_to", "password",
                "user_attribute", "birthday",
                "stored_format", "YYYYMMDD",
                "keyed_format", "DDMMYYYY")));
    Map<String, String> right = Map.of("username", other, "password", "02011980");
    assertEquals(200, realm.login(right).status());
    assertInvalidCredentials(realm.login(Map.of("username", other, "password", TestRealm.DOB)));
  }

  @Test
  void badFormatRefusesEverybodyAndCountsAgainstNobody() throws Exception {
    realm.bind(
        Line.username(),
        Line.step(
            "ivr-dob-authenticator",
            Map.of("field_name", "dob", "maps_to", "dob", "keyed_format", "MDY-canary")));
    for (String entry : List.of(TestRealm.DOB, WRONG)) {
      Http.Answer answer = login(voter, entry);
      assertEquals(500, answer.status(), answer.toString());
      assertEquals("server_error", answer.member("error"));
      assertFalse(answer.text().contains("canary"));
    }
    assertFailures(0, voter);
  }
}
