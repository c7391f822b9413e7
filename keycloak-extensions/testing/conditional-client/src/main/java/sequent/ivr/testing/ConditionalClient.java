package sequent.ivr.testing;

import java.util.Map;
import org.keycloak.authentication.AuthenticationFlowContext;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.UserModel;

/**
 * Matches one client by its exact id, or every other one. Without configuration it never matches.
 */
final class ConditionalClient implements ConditionalAuthenticator {

  @Override
  public boolean matchCondition(AuthenticationFlowContext context) {
    AuthenticatorConfigModel model = context.getAuthenticatorConfig();
    Map<String, String> config =
        model == null || model.getConfig() == null ? Map.of() : model.getConfig();
    String wanted = config.get(ConditionalClientFactory.CLIENT);
    if (wanted == null) {
      return false;
    }
    boolean is = wanted.equals(context.getAuthenticationSession().getClient().getClientId());
    return is != Boolean.parseBoolean(config.get(ConditionalClientFactory.NEGATE));
  }

  @Override
  public void action(AuthenticationFlowContext context) {}

  @Override
  public boolean requiresUser() {
    return true;
  }

  @Override
  public void setRequiredActions(KeycloakSession session, RealmModel realm, UserModel user) {}

  @Override
  public void close() {}
}
