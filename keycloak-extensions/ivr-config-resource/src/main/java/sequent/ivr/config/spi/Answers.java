package sequent.ivr.config.spi;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sequent.ivr.config.walk.AuthStep;
import sequent.ivr.config.walk.Refused;

/** The answers on the wire. No cache may keep any of them. */
final class Answers {

  private Answers() {}

  static Response steps(List<AuthStep> steps) {
    return json(Status.OK, Map.of("steps", steps.stream().map(Answers::step).toList())).build();
  }

  private static Map<String, Object> step(AuthStep step) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("field", step.field());
    json.put("max_digits", step.maxDigits());
    json.put("terminator", step.terminator());
    json.put("maps_to", step.mapsTo());
    if (step.promptKey() != null) {
      json.put("prompt_key", step.promptKey());
    }
    return json;
  }

  static Response turnedAway(BearerGate.Answer answer) {
    return switch (answer) {
      case NO_BEARER ->
          problem(Status.UNAUTHORIZED, "invalid_token", "a bearer token of this realm is needed")
              .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
              .build();
      case OTHER_CLIENT ->
          problem(
                  Status.FORBIDDEN,
                  "other_client",
                  "only the service account of '" + BearerGate.SERVICE_CLIENT + "' may read this")
              .build();
      case ROLE_MISSING ->
          problem(
                  Status.FORBIDDEN,
                  "role_missing",
                  "the token lacks the realm role '" + BearerGate.ROLE + "'")
              .build();
      case MAY_READ -> throw new IllegalArgumentException("nobody was turned away");
    };
  }

  static Response refused(Refused refused) {
    Map<String, Object> json = problemBody(refused.code().inJson(), refused.getMessage());
    if (refused.authenticator() != null) {
      json.put("authenticator", refused.authenticator());
    }
    if (refused.place() != null) {
      json.put("place", refused.place());
    }
    return json(Status.INTERNAL_SERVER_ERROR, json).build();
  }

  static Response failed() {
    return problem(
            Status.INTERNAL_SERVER_ERROR, "internal_error", "unexpected; the server's log has it")
        .build();
  }

  private static Response.ResponseBuilder problem(Status status, String code, String error) {
    return json(status, problemBody(code, error));
  }

  private static Map<String, Object> problemBody(String code, String error) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("error", error);
    json.put("code", code);
    return json;
  }

  private static Response.ResponseBuilder json(Status status, Object body) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(body);
  }
}
