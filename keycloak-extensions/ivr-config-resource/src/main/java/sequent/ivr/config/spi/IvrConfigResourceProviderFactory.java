package sequent.ivr.config.spi;

import org.keycloak.Config;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.services.resource.RealmResourceProvider;
import org.keycloak.services.resource.RealmResourceProviderFactory;

/** Puts {@link IvrConfigResource} at {@code /realms/{realm}/ivr-config}. */
public final class IvrConfigResourceProviderFactory implements RealmResourceProviderFactory {

  /** Also the segment of the path. */
  public static final String ID = "ivr-config";

  @Override
  public RealmResourceProvider create(KeycloakSession session) {
    return new RealmResourceProvider() {
      @Override
      public Object getResource() {
        return new IvrConfigResource(session);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public void init(Config.Scope config) {}

  @Override
  public void postInit(KeycloakSessionFactory factory) {}

  @Override
  public void close() {}
}
