package sequent.ivr.config.walk;

import java.util.Map;

/**
 * What decides which credentials a voter by phone is asked for.
 *
 * @param enabled whether the realm is enabled
 * @param attributes the realm's attributes
 * @param client the client of the voters, null when the realm has none
 * @param directGrant the flow that the client's password grant runs, null when there is none
 */
public record RealmFacts(
    boolean enabled, Map<String, String> attributes, VotingClient client, Flow directGrant) {

  /** The client whose password grant is meant (design C.8.a). */
  public record VotingClient(
      String clientId,
      boolean enabled,
      boolean directGrants,
      boolean consentRequired,
      ClientScopes scopes) {}

  /** How a client scope stands to the client. */
  @FunctionalInterface
  public interface ClientScopes {
    Standing of(String name);
  }

  /** Where a client scope is assigned. */
  public enum Standing {
    /** In every token request. */
    DEFAULT,
    /** Only in requests that ask for it. */
    OPTIONAL,
    /** Exists, and is not the client's. */
    UNASSIGNED,
    /** No such scope in the realm. */
    UNKNOWN
  }
}
