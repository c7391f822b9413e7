package sequent.ivr.config.walk;

import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_CONFIG_INVALID;
import static sequent.ivr.config.walk.Refused.Code.AUTHENTICATOR_UNKNOWN;
import static sequent.ivr.config.walk.Refused.Code.REALM_ATTRIBUTE_INVALID;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** The step of one authenticator: of the stock ones by table, of custom ones by configuration. */
final class StepReader {

  /** Realm attributes that override the stock table. */
  static final String VOTER_ID_ATTRIBUTE = "ivr.voter_id.max_digits";

  static final String PIN_ATTRIBUTE = "ivr.pin.max_digits";

  /** Digits of the stock steps, and of a custom one that does not say (design C.8.2). */
  private static final int STOCK_DIGITS = 8;

  private static final int CUSTOM_DIGITS = 10;

  /**
   * What an administrator writes for "no terminator": Keycloak drops empty configuration values.
   */
  private static final String NO_TERMINATOR = "none";

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");

  /** Parameters with a prompt of their own (design 5.1.3). */
  private static final Set<String> WELL_KNOWN = Set.of("username", "password", "dob");

  /** Parameters of token requests and their neighbours: RFC 6749, 7521, 7636, 8628, 8693, OIDC. */
  private static final Set<String> OAUTH_PARAMETERS =
      Set.of(
          "access_token",
          "acr_values",
          "actor_token",
          "actor_token_type",
          "assertion",
          "audience",
          "auth_req_id",
          "authorization_details",
          "claims",
          "claims_locales",
          "client_assertion",
          "client_assertion_type",
          "client_id",
          "client_secret",
          "code",
          "code_challenge",
          "code_challenge_method",
          "code_verifier",
          "device_code",
          "display",
          "dpop_jkt",
          "grant_type",
          "id_token",
          "id_token_hint",
          "login_hint",
          "max_age",
          "nonce",
          "prompt",
          "redirect_uri",
          "refresh_token",
          "registration",
          "request",
          "request_uri",
          "requested_issuer",
          "requested_subject",
          "requested_token_type",
          "resource",
          "response_mode",
          "response_type",
          "scope",
          "state",
          "subject_issuer",
          "subject_token",
          "subject_token_type",
          "ticket",
          "token",
          "token_type",
          "token_type_hint",
          "ui_locales",
          "user_code");

  private final Map<String, String> realmAttributes;

  StepReader(Map<String, String> realmAttributes) {
    this.realmAttributes = realmAttributes;
  }

  AuthStep read(Authenticator authenticator, Place place) throws Refused {
    return switch (authenticator.name()) {
      case KnownProviders.USERNAME -> stock("voter_id", "username", VOTER_ID_ATTRIBUTE, place);
      case KnownProviders.PASSWORD -> stock("pin", "password", PIN_ATTRIBUTE, place);
      default -> custom(authenticator, place);
    };
  }

  private AuthStep stock(String field, String mapsTo, String attribute, Place place)
      throws Refused {
    String digits = realmAttributes.get(attribute);
    if (digits == null || digits.isBlank()) {
      return new AuthStep(field, STOCK_DIGITS, "#", mapsTo, null);
    }
    int maxDigits =
        digits(digits)
            .orElseThrow(
                () ->
                    place.refuse(
                        REALM_ATTRIBUTE_INVALID,
                        "the realm attribute '" + attribute + "' must be a number from 1 to 20"));
    return new AuthStep(field, maxDigits, "#", mapsTo, null);
  }

  private static AuthStep custom(Authenticator authenticator, Place place) throws Refused {
    if (!authenticator.provider().speaksIvr()) {
      throw place.refuse(
          AUTHENTICATOR_UNKNOWN,
          "unknown authenticator '"
              + authenticator.name()
              + "': it does not say what a caller would key in");
    }
    if (authenticator.config().isEmpty()) {
      throw place.refuse(
          AUTHENTICATOR_UNKNOWN,
          "unknown authenticator '"
              + authenticator.name()
              + "': it has no configuration to read 'field_name' and 'maps_to' from");
    }
    Config config = new Config(authenticator, place);
    String field = config.name("field_name");
    String mapsTo = config.name("maps_to");
    if (OAUTH_PARAMETERS.contains(mapsTo.toLowerCase(Locale.ROOT))) {
      throw config.invalid("maps_to", "must not be a parameter of OAuth itself");
    }
    String promptKey = config.has("prompt_key") ? config.name("prompt_key") : null;
    if (promptKey == null && !WELL_KNOWN.contains(mapsTo)) {
      throw config.invalid(
          "prompt_key", "is needed, because no prompt is known for the parameter in 'maps_to'");
    }
    return new AuthStep(field, config.maxDigits(), config.terminator(), mapsTo, promptKey);
  }

  /** A number from 1 to 20 in plain digits. */
  private static OptionalInt digits(String text) {
    String trimmed = text.strip();
    if (!trimmed.matches("[0-9]{1,2}")) {
      return OptionalInt.empty();
    }
    int number = Integer.parseInt(trimmed);
    return number >= 1 && number <= 20 ? OptionalInt.of(number) : OptionalInt.empty();
  }

  /** The configuration of a custom authenticator. */
  private record Config(Authenticator authenticator, Place place) {

    boolean has(String key) {
      return !text(key).isEmpty();
    }

    private String text(String key) {
      return authenticator.config().getOrDefault(key, "").strip();
    }

    String name(String key) throws Refused {
      if (!NAME.matcher(text(key)).matches()) {
        throw invalid(key, "must be a name of letters, digits, '_', '.' and '-'");
      }
      return text(key);
    }

    int maxDigits() throws Refused {
      if (!has("max_digits")) {
        return CUSTOM_DIGITS;
      }
      return digits(text("max_digits"))
          .orElseThrow(() -> invalid("max_digits", "must be a number from 1 to 20"));
    }

    String terminator() throws Refused {
      return switch (text("terminator")) {
        case "", "#" -> "#";
        case NO_TERMINATOR -> "";
        default -> throw invalid("terminator", "must be '#' or 'none'");
      };
    }

    Refused invalid(String key, String rule) {
      return place.refuse(
          AUTHENTICATOR_CONFIG_INVALID,
          "the configuration '" + key + "' of '" + authenticator.name() + "' " + rule);
    }
  }
}
