package sequent.ivr.config.spi;

import jakarta.ws.rs.NotAuthorizedException;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.representations.AccessToken;
import org.keycloak.services.managers.AppAuthManager;
import org.keycloak.services.managers.AuthenticationManager.AuthResult;

/**
 * Who may read: the service account of {@code ivr-service}, with the role of its other read (design
 * C.8.b). The server's own check covers signature, life, issuer and session of the token; it covers
 * neither the client nor the role.
 */
final class BearerGate {

  /** Client of the service (design C.8.b). */
  static final String SERVICE_CLIENT = "ivr-service";

  /** Realm role for both reads before a voter is known. */
  static final String ROLE = "can_read_phone_blacklist";

  /** What the gate says. */
  enum Answer {
    MAY_READ,
    NO_BEARER,
    OTHER_CLIENT,
    ROLE_MISSING
  }

  private final KeycloakSession session;

  BearerGate(KeycloakSession session) {
    this.session = session;
  }

  Answer check() {
    AuthResult bearer = authenticate();
    if (bearer == null) {
      return Answer.NO_BEARER;
    }
    AccessToken token = bearer.getToken();
    if (!SERVICE_CLIENT.equals(token.getIssuedFor()) || !isServiceAccount(bearer)) {
      return Answer.OTHER_CLIENT;
    }
    AccessToken.Access roles = token.getRealmAccess();
    return roles != null && roles.isUserInRole(ROLE) ? Answer.MAY_READ : Answer.ROLE_MISSING;
  }

  private AuthResult authenticate() {
    try {
      return new AppAuthManager.BearerTokenAuthenticator(session).authenticate();
    } catch (NotAuthorizedException e) {
      // An Authorization header that is not a bearer's: the server throws instead of saying no.
      return null;
    }
  }

  private static boolean isServiceAccount(AuthResult bearer) {
    ClientModel client = bearer.getClient();
    String link = bearer.getUser().getServiceAccountClientLink();
    return client != null && client.getId().equals(link);
  }
}
