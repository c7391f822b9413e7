package sequent.ivr.testing;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/**
 * Stands in for the platform's condition of the same id in tests. Never shipped: a server with the
 * platform's own extensions has the real one.
 */
public final class ConditionalClientFactory implements ConditionalAuthenticatorFactory {

  public static final String ID = "conditional-client";
  static final String CLIENT = "conditional-client";
  static final String NEGATE = "negate";

  private static final ConditionalClient SINGLETON = new ConditionalClient();
  private static final Requirement[] REQUIREMENTS = {Requirement.REQUIRED, Requirement.DISABLED};
  private static final List<ProviderConfigProperty> PROPERTIES =
      ProviderConfigurationBuilder.create()
          .property()
          .name(CLIENT)
          .type(ProviderConfigProperty.STRING_TYPE)
          .label("Client id")
          .add()
          .property()
          .name(NEGATE)
          .type(ProviderConfigProperty.BOOLEAN_TYPE)
          .label("Negate")
          .add()
          .build();

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public ConditionalAuthenticator getSingleton() {
    return SINGLETON;
  }

  @Override
  public String getDisplayType() {
    return "Condition - Client Id (tests)";
  }

  @Override
  public String getHelpText() {
    return "Matches a client by its id";
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    return PROPERTIES;
  }

  @Override
  public Requirement[] getRequirementChoices() {
    return REQUIREMENTS.clone();
  }

  @Override
  public boolean isUserSetupAllowed() {
    return false;
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}
}
