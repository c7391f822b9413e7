package sequent.ivr.dob;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Map;
import org.jboss.logging.Logger;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.authenticators.util.AuthenticatorUtils;
import org.keycloak.events.Errors;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;
import org.keycloak.representations.idm.OAuth2ErrorRepresentation;
import org.keycloak.services.managers.AuthenticationManager;

/**
 * The date of birth as a factor of the password grant (design C.8.1). On the wire a wrong date is a
 * wrong password, and counts as one towards brute force.
 */
final class IvrDobAuthenticator implements Authenticator {

  private static final Logger LOG = Logger.getLogger(IvrDobAuthenticator.class);

  @Override
  public void authenticate(AuthenticationFlowContext context) {
    DobSettings settings;
    try {
      settings = DobSettings.from(config(context));
    } catch (DobSettings.InvalidSettings e) {
      LOG.errorf(
          "'%s' refuses every login in realm '%s': %s",
          IvrDobAuthenticatorFactory.ID, context.getRealm().getName(), e.getMessage());
      context.getEvent().error(Errors.INVALID_CONFIG);
      context.forceChallenge(
          error(Status.INTERNAL_SERVER_ERROR, "server_error", "Authenticator not configured"));
      return;
    }
    String entry =
        context.getHttpRequest().getDecodedFormParameters().getFirst(settings.parameter());
    if (entry == null) {
      // The caller's program forgot it, not the voter: it must not count against the voter.
      context.getEvent().user(context.getUser()).error(Errors.INVALID_REQUEST);
      context.forceChallenge(
          error(
              Status.BAD_REQUEST, "invalid_request", "Missing parameter: " + settings.parameter()));
      return;
    }
    String stored = context.getUser().getFirstAttribute(settings.attribute());
    if (settings.check().matches(stored, entry)) {
      context.success();
      return;
    }
    costWhatAWrongPasswordCosts(context);
    context.getEvent().user(context.getUser()).error(Errors.INVALID_USER_CREDENTIALS);
    context.failure(
        AuthenticationFlowError.INVALID_CREDENTIALS,
        error(Status.UNAUTHORIZED, "invalid_grant", "Invalid user credentials"));
  }

  /**
   * An unknown voter id costs one password hash (the stock username step sees to that), and so does
   * a wrong PIN. Without the same here, the time of an answer would tell voter ids that exist;
   * after a PIN that was right, a second hash would tell that it was right.
   */
  private static void costWhatAWrongPasswordCosts(AuthenticationFlowContext context) {
    String hashed =
        context.getAuthenticationSession().getAuthNote(AuthenticationManager.PASSWORD_VALIDATED);
    if (hashed == null) {
      AuthenticatorUtils.dummyHash(context);
    }
  }

  private static Map<String, String> config(AuthenticationFlowContext context) {
    AuthenticatorConfigModel model = context.getAuthenticatorConfig();
    return model == null || model.getConfig() == null ? Map.of() : model.getConfig();
  }

  private static Response error(Status status, String error, String description) {
    return Response.status(status)
        .entity(new OAuth2ErrorRepresentation(error, description))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .build();
  }

  @Override
  public void action(AuthenticationFlowContext context) {}

  @Override
  public boolean requiresUser() {
    return true;
  }

  /** Always: a voter without a date must fail like a wrong date, not be sent to set one up. */
  @Override
  public boolean configuredFor(KeycloakSession session, RealmModel realm, UserModel user) {
    return true;
  }

  @Override
  public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {}

  @Override
  public void close() {}
}
