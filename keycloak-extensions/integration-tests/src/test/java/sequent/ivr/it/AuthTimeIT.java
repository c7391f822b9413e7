package sequent.ivr.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sequent.ivr.it.support.Http;
import sequent.ivr.it.support.Line;
import sequent.ivr.it.support.TestRealm;

/** {@code auth_time} in the tokens of the password grant. */
class AuthTimeIT {

  private static JsonNode claims(String token) throws IOException {
    return Http.JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }

  @Test
  void isANumberAndStaysOverRefreshes() throws Exception {
    try (TestRealm realm = new TestRealm()) {
      realm.bind(Line.username(), Line.password());
      Http.Answer login =
          realm.login(
              Map.of("username", TestRealm.VOTER, "password", TestRealm.PIN, "scope", "openid"));
      assertEquals(200, login.status(), login.toString());
      JsonNode claims = claims(login.member("access_token"));
      assertTrue(claims.path("auth_time").isIntegralNumber(), "auth_time is no number");
      long authTime = claims.path("auth_time").asLong();
      assertTrue(Math.abs(claims.path("iat").asLong() - authTime) <= 1);
      assertEquals(authTime, claims(login.member("id_token")).path("auth_time").asLong());

      Http.Answer refreshed = login;
      while (claims(refreshed.member("access_token")).path("iat").asLong() < authTime + 2) {
        Thread.sleep(200);
        refreshed =
            realm.token(
                "ivr-voting",
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "refresh_token",
                    refreshed.member("refresh_token")));
        assertEquals(200, refreshed.status(), refreshed.toString());
      }
      for (String kind : List.of("access_token", "id_token")) {
        assertEquals(authTime, claims(refreshed.member(kind)).path("auth_time").asLong(), kind);
      }
    }
  }

  /** Without the mapper there is none: what the mapper is for, and that the test can fail. */
  @Test
  void isAbsentWithoutTheMapper() throws Exception {
    try (TestRealm realm = new TestRealm()) {
      Http.Answer login =
          realm.loginBy(
              "voting-portal", Map.of("username", TestRealm.VOTER, "password", TestRealm.PIN));
      assertEquals(200, login.status(), login.toString());
      assertTrue(claims(login.member("access_token")).path("auth_time").isMissingNode());
    }
  }
}
