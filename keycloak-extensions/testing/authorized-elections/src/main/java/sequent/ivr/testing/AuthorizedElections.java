package sequent.ivr.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.keycloak.models.ClientSessionContext;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.ProtocolMapperModel;
import org.keycloak.models.UserSessionModel;
import org.keycloak.protocol.oidc.mappers.AbstractOIDCProtocolMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAccessTokenMapper;
import org.keycloak.protocol.oidc.mappers.OIDCAttributeMapperHelper;
import org.keycloak.provider.ProviderConfigProperty;
import org.keycloak.representations.IDToken;

/**
 * The voter's attribute as a JSON array, or as the text that Hasura reads. The platform's own asks
 * Hasura for the ids of elections; this one passes on what the attribute holds.
 */
public final class AuthorizedElections extends AbstractOIDCProtocolMapper
    implements OIDCAccessTokenMapper {

  private static final String ID = "authorized-elections-oidc-usermodel-attribute-mapper";
  private static final String ATTRIBUTE = "user.attribute";
  private static final String AS_ARRAY = "use.array.attrs";

  @Override
  protected void setClaim(
      IDToken token,
      ProtocolMapperModel mapper,
      UserSessionModel session,
      KeycloakSession keycloak,
      ClientSessionContext context) {
    String attribute = mapper.getConfig().getOrDefault(ATTRIBUTE, "authorized-election-ids");
    List<String> ids = session.getUser().getAttributeStream(attribute).toList();
    if (Boolean.parseBoolean(mapper.getConfig().get(AS_ARRAY))) {
      ProtocolMapperModel array = new ProtocolMapperModel(mapper);
      array.getConfig().put("multivalued", "true");
      OIDCAttributeMapperHelper.mapClaim(token, array, ids);
    } else {
      String text =
          ids.stream().map(id -> '"' + id + '"').collect(Collectors.joining(", ", "{", "}"));
      OIDCAttributeMapperHelper.mapClaim(token, mapper, text);
    }
  }

  @Override
  public String getId() {
    return ID;
  }

  @Override
  public String getDisplayType() {
    return "Authorised elections (test)";
  }

  @Override
  public String getDisplayCategory() {
    return TOKEN_MAPPER_CATEGORY;
  }

  @Override
  public String getHelpText() {
    return "Stand-in for tests";
  }

  @Override
  public List<ProviderConfigProperty> getConfigProperties() {
    List<ProviderConfigProperty> properties = new ArrayList<>();
    OIDCAttributeMapperHelper.addAttributeConfig(properties, AuthorizedElections.class);
    return properties;
  }
}
