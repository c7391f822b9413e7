package sequent.ivr.config.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.keycloak.authentication.AuthenticationFlow;
import org.keycloak.authentication.Authenticator;
import org.keycloak.authentication.AuthenticatorFactory;
import org.keycloak.authentication.ConfigurableAuthenticatorFactory;
import org.keycloak.authentication.authenticators.conditional.ConditionalAuthenticator;
import org.keycloak.models.AuthenticationExecutionModel;
import org.keycloak.models.AuthenticationFlowBindings;
import org.keycloak.models.AuthenticationFlowModel;
import org.keycloak.models.AuthenticatorConfigModel;
import org.keycloak.models.ClientModel;
import org.keycloak.models.ClientScopeModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import org.keycloak.models.utils.KeycloakModelUtils;
import org.keycloak.provider.ProviderConfigProperty;
import sequent.ivr.config.walk.Authenticator.Provider;
import sequent.ivr.config.walk.Execution;
import sequent.ivr.config.walk.Flow;
import sequent.ivr.config.walk.RealmFacts;
import sequent.ivr.config.walk.RealmFacts.Standing;
import sequent.ivr.config.walk.RealmFacts.VotingClient;
import sequent.ivr.config.walk.Requirement;
import sequent.ivr.config.walk.SubFlow;

/** Translates Keycloak's models into what the walk knows. Decides nothing. */
final class RealmReader {

  /** Client of the voters (design C.8.a). */
  static final String VOTING_CLIENT = "ivr-voting";

  /** Deeper than anybody builds; a flow that contains itself would be endless. */
  private static final int MAX_DEPTH = 32;

  private static final Set<String> IVR_PROPERTIES = Set.of("field_name", "max_digits", "maps_to");

  private final KeycloakSession session;

  RealmReader(KeycloakSession session) {
    this.session = session;
  }

  RealmFacts read(RealmModel realm) {
    ClientModel client = realm.getClientByClientId(VOTING_CLIENT);
    return new RealmFacts(
        realm.isEnabled(),
        realm.getAttributes(),
        client == null ? null : client(realm, client),
        client == null ? null : directGrant(realm, client));
  }

  private static VotingClient client(RealmModel realm, ClientModel client) {
    return new VotingClient(
        client.getClientId(),
        client.isEnabled(),
        client.isDirectAccessGrantsEnabled(),
        client.isConsentRequired(),
        name -> standing(realm, client, name));
  }

  /** As Keycloak resolves a name, which may also be that of a client. */
  private static Standing standing(RealmModel realm, ClientModel client, String name) {
    ClientScopeModel scope = KeycloakModelUtils.getClientScopeByName(realm, name);
    if (scope == null) {
      return Standing.UNKNOWN;
    }
    if (scope.getId().equals(client.getId()) || isIn(client.getClientScopes(true), scope)) {
      return Standing.DEFAULT;
    }
    return isIn(client.getClientScopes(false), scope) ? Standing.OPTIONAL : Standing.UNASSIGNED;
  }

  private static boolean isIn(Map<String, ClientScopeModel> scopes, ClientScopeModel scope) {
    return scopes.values().stream().anyMatch(other -> other.getId().equals(scope.getId()));
  }

  /** The client's own flow, else the realm's, as the password grant chooses. */
  private Flow directGrant(RealmModel realm, ClientModel client) {
    String override =
        client.getAuthenticationFlowBindingOverride(
            AuthenticationFlowBindings.DIRECT_GRANT_BINDING);
    AuthenticationFlowModel flow =
        override == null ? null : realm.getAuthenticationFlowById(override);
    if (flow == null) {
      flow = realm.getDirectGrantFlow();
    }
    return flow == null ? null : flow(realm, flow, 0);
  }

  private Flow flow(RealmModel realm, AuthenticationFlowModel flow, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalStateException("sub-flows are nested more than " + MAX_DEPTH + " deep");
    }
    List<Execution> executions =
        realm
            .getAuthenticationExecutionsStream(flow.getId())
            .map(execution -> execution(realm, execution, depth))
            .toList();
    String kind = flow.getProviderId();
    boolean basic = kind == null || kind.equals(AuthenticationFlow.BASIC_FLOW);
    return new Flow(flow.getAlias(), basic, executions);
  }

  private Execution execution(RealmModel realm, AuthenticationExecutionModel model, int depth) {
    Requirement requirement = Requirement.valueOf(model.getRequirement().name());
    if (!model.isAuthenticatorFlow()) {
      return new sequent.ivr.config.walk.Authenticator(
          requirement, provider(model.getAuthenticator()), config(realm, model));
    }
    AuthenticationFlowModel subFlow = realm.getAuthenticationFlowById(model.getFlowId());
    if (subFlow == null) {
      throw new IllegalStateException("an execution refers to a flow that does not exist");
    }
    return new SubFlow(requirement, flow(realm, subFlow, depth + 1));
  }

  private Provider provider(String id) {
    AuthenticatorFactory factory =
        (AuthenticatorFactory)
            session.getKeycloakSessionFactory().getProviderFactory(Authenticator.class, id);
    if (factory == null) {
      return new Provider(id, false, false, false, false);
    }
    return new Provider(
        id,
        true,
        factory.create(session) instanceof ConditionalAuthenticator,
        factory.isConfigurable(),
        speaksIvr(factory));
  }

  private static boolean speaksIvr(ConfigurableAuthenticatorFactory factory) {
    List<ProviderConfigProperty> properties = factory.getConfigProperties();
    return properties != null
        && properties.stream()
            .map(ProviderConfigProperty::getName)
            .collect(Collectors.toSet())
            .containsAll(IVR_PROPERTIES);
  }

  private static Map<String, String> config(RealmModel realm, AuthenticationExecutionModel model) {
    if (model.getAuthenticatorConfig() == null) {
      return Map.of();
    }
    AuthenticatorConfigModel config =
        realm.getAuthenticatorConfigById(model.getAuthenticatorConfig());
    return config == null || config.getConfig() == null ? Map.of() : config.getConfig();
  }
}
