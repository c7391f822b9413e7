package sequent.ivr.config.walk;

import java.util.Map;

/**
 * An execution that is not a sub-flow.
 *
 * @param provider what the server knows of the provider
 * @param config its AuthenticatorConfig, empty when it has none
 */
public record Authenticator(Requirement requirement, Provider provider, Map<String, String> config)
    implements Execution {

  @Override
  public String name() {
    return provider.id();
  }

  /**
   * A provider as installed in the server.
   *
   * @param id the provider id
   * @param installed whether the server has it; without it every login through the flow fails
   * @param condition whether it is a condition
   * @param configurable whether it takes an AuthenticatorConfig
   * @param speaksIvr whether it declares the properties of design 5.1.6
   */
  public record Provider(
      String id, boolean installed, boolean condition, boolean configurable, boolean speaksIvr) {}
}
