package sequent.ivr.config.walk;

/**
 * The flow cannot be offered by phone: it would be dangerous, or nobody could get through. Holds
 * names of flows, providers and configuration keys, never a configured value.
 */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final String authenticator;
  private final String place;

  Refused(Code code, String authenticator, String place, String message) {
    super(message);
    this.code = code;
    this.authenticator = authenticator;
    this.place = place;
  }

  public Code code() {
    return code;
  }

  /** Provider id, or null where the matter is not one authenticator's. */
  public String authenticator() {
    return authenticator;
  }

  /** Where in the flow, or null where the matter is the realm's or the client's. */
  public String place() {
    return place;
  }

  /** Why; in JSON as the lower-case name. */
  public enum Code {
    REALM_DISABLED,
    CLIENT_MISSING,
    CLIENT_DISABLED,
    CLIENT_DIRECT_GRANT_OFF,
    CLIENT_CONSENT_REQUIRED,
    FLOW_MISSING,
    FLOW_NOT_BASIC,
    AUTHENTICATOR_UNKNOWN,
    AUTHENTICATOR_NOT_INSTALLED,
    AUTHENTICATOR_CONDITIONAL,
    AUTHENTICATOR_CONFIG_INVALID,
    REALM_ATTRIBUTE_INVALID,
    CONDITION_MISSING,
    CONDITION_NOT_CONFIGURED,
    CONDITION_OVER_CREDENTIAL,
    ALTERNATIVE,
    OTP_STEP,
    DENY_ACCESS,
    NEVER_SUCCEEDS,
    USERNAME_MISSING,
    USERNAME_NOT_FIRST,
    CREDENTIAL_MISSING,
    DUPLICATE_FIELD,
    DUPLICATE_PARAMETER;

    public String inJson() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
