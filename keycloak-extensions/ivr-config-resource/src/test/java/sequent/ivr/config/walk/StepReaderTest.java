package sequent.ivr.config.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static sequent.ivr.config.walk.Flows.password;
import static sequent.ivr.config.walk.Flows.realm;
import static sequent.ivr.config.walk.Flows.username;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import sequent.ivr.config.walk.Refused.Code;

class StepReaderTest {

  private static AuthStep custom(String... changes) throws Refused {
    Map<String, String> config = new HashMap<>(Flows.DOB_CONFIG);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1] == null) {
        config.remove(changes[i]);
      } else {
        config.put(changes[i], changes[i + 1]);
      }
    }
    return Walk.through(realm(username(), Flows.custom(config))).get(1);
  }

  private static void assertInvalid(String key, String... changes) {
    Refused refused = assertThrows(Refused.class, () -> custom(changes));
    assertEquals(Code.AUTHENTICATOR_CONFIG_INVALID, refused.code());
    assertTrue(refused.getMessage().contains("'" + key + "'"), refused.getMessage());
    assertTrue(refused.getMessage().contains("top > #2 custom"), refused.getMessage());
  }

  @Test
  void stockTable() throws Refused {
    assertEquals(
        List.of(
            new AuthStep("voter_id", 8, "#", "username", null),
            new AuthStep("pin", 8, "#", "password", null)),
        Walk.through(realm(username(), password())));
  }

  @Test
  void realmAttributesOverrideTheStockTable() throws Refused {
    Map<String, String> attributes =
        Map.of("ivr.voter_id.max_digits", "12", "ivr.pin.max_digits", " 4 ");
    List<AuthStep> steps = Walk.through(realm(attributes, username(), password()));
    assertEquals(12, steps.get(0).maxDigits());
    assertEquals(4, steps.get(1).maxDigits());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "21", "-1", "8.0", "eight", "١", "999999999999"})
  void badRealmAttribute(String value) {
    Refused refused =
        assertThrows(
            Refused.class,
            () -> Walk.through(realm(Map.of("ivr.pin.max_digits", value), username(), password())));
    assertEquals(Code.REALM_ATTRIBUTE_INVALID, refused.code());
    assertTrue(refused.getMessage().contains("ivr.pin.max_digits"), refused.getMessage());
  }

  @Test
  void customConfiguration() throws Refused {
    assertEquals(new AuthStep("dob", 8, "#", "dob", null), custom());
    assertEquals(
        new AuthStep("birth_year", 4, "", "birth_year", "auth_enter_birth_year"),
        custom(
            "field_name", "birth_year",
            "max_digits", "4",
            "terminator", "none",
            "maps_to", "birth_year",
            "prompt_key", "auth_enter_birth_year"));
  }

  /** Keycloak drops empty values, so an absent key is also an emptied one. */
  @Test
  void defaultsOfTheDesign() throws Refused {
    assertEquals(
        new AuthStep("dob", 10, "#", "dob", null),
        custom("max_digits", null, "terminator", null, "prompt_key", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "max_digits, 0",
    "max_digits, 21",
    "max_digits, -8",
    "max_digits, 8 digits",
    "terminator, *",
    "terminator, ##",
    "field_name, two words",
    "field_name, ''",
    "maps_to, ''",
    "maps_to, a&b",
    "maps_to, grant_type",
    "maps_to, client_id",
    "maps_to, client_secret",
    "maps_to, Scope",
    "maps_to, refresh_token",
    "maps_to, code",
    "maps_to, redirect_uri",
    "maps_to, assertion",
    "prompt_key, a b"
  })
  void badValuesNameTheirKey(String key, String value) {
    assertInvalid(key, key, value);
  }

  /** The call could not say what it wants. */
  @Test
  void newParameterWithoutPrompt() {
    assertInvalid("prompt_key", "maps_to", "birth_year");
  }

  @Test
  void valuesAreNotRepeated() {
    Refused refused = assertThrows(Refused.class, () -> custom("max_digits", "canary"));
    assertFalse(refused.getMessage().contains("canary"));
  }

  @Test
  void withoutConfigurationItIsUnknown() {
    Refused refused =
        assertThrows(Refused.class, () -> Walk.through(realm(username(), Flows.custom(Map.of()))));
    assertEquals(Code.AUTHENTICATOR_UNKNOWN, refused.code());
  }
}
