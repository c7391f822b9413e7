package sequent.ivr.dob;

import static org.keycloak.provider.ProviderConfigProperty.LIST_TYPE;
import static org.keycloak.provider.ProviderConfigProperty.STRING_TYPE;

import java.util.List;
import org.keycloak.Config;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.models.AuthenticationExecutionModel.Requirement;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.provider.ProviderConfigurationBuilder;

/** Registers {@link IvrDobAuthenticator} and what an administrator can set. */
public final class IvrDobAuthenticatorFactory implements AuthenticatorFactory {

  public static final String ID = "ivr-dob-authenticator";

  private static final IvrDobAuthenticator SINGLETON = new IvrDobAuthenticator();

  /** No ALTERNATIVE: in Direct Grant alternatives are no fallback. */
  private static final Requirement[] REQUIREMENTS = {Requirement.REQUIRED, Requirement.DISABLED};

  /** The first five are those of every authenticator for telephone voting (design 5.1.6). */
  private static final List<ProviderConfigProperty> PROPERTIES =
      ProviderConfigurationBuilder.create()
          .property()
          .name("field_name")
          .type(STRING_TYPE)
          .label("IVR field name")
          .helpText("Name of the credential inside the call")
          .defaultValue("dob")
          .add()
          .property()
          .name("max_digits")
          .type(STRING_TYPE)
          .label("IVR max DTMF digits")
          .helpText("Longest entry, 1 to 20")
          .defaultValue("8")
          .add()
          .property()
          .name("terminator")
          .type(STRING_TYPE)
          .label("IVR terminator key")
          .helpText("#, or 'none' when the entry always has the maximum of digits")
          .defaultValue("#")
          .add()
          .property()
          .name(DobSettings.MAPS_TO)
          .type(STRING_TYPE)
          .label("ROPC form parameter")
          .helpText("Form parameter of the token request that holds the entry")
          .defaultValue(DobSettings.DEFAULT_PARAMETER)
          .add()
          .property()
          .name("prompt_key")
          .type(STRING_TYPE)
          .label("IVR prompt key override (optional)")
          .helpText("Prompt to play instead of the well-known one of the form parameter")
          .add()
          .property()
          .name(DobSettings.USER_ATTRIBUTE)
          .type(STRING_TYPE)
          .label("User attribute")
          .helpText("Attribute of the user that holds the date of birth")
          .defaultValue(DobSettings.DEFAULT_ATTRIBUTE)
          .add()
          .property()
          .name(DobSettings.STORED_FORMAT)
          .type(LIST_TYPE)
          .label("Stored format")
          .helpText("How the attribute is written; a user whose date is not is refused")
          .options(DobSettings.STORED_FORMATS)
          .defaultValue(DobSettings.STORED_FORMATS.get(0))
          .add()
          .property()
          .name(DobSettings.KEYED_FORMAT)
          .type(LIST_TYPE)
          .label("Keyed format")
          .helpText("How a caller enters the date; the prompt must say the same")
          .options(DobSettings.KEYED_FORMATS)
          .defaultValue(DobSettings.KEYED_FORMATS.get(0))
          .add()
          .build();

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public Authenticator create(KeycloakSession session) {
    return SINGLETON;
  }

  @Override
  public String getDisplayType() {
    return "IVR date of birth";
  }

  @Override
  public String getReferenceCategory() {
    return null;
  }

  @Override
  public String getHelpText() {
    return "Validates the date of birth supplied as a form parameter in a direct grant request";
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
