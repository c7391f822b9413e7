package sequent.ivr.dob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class DobCheckTest {

  private final DobCheck check =
      new DobCheck(new DateFormat("YYYY-MM-DD"), new DateFormat("MMDDYYYY"));

  @Test
  void theRightDateInTheKeyedFormat() {
    assertTrue(check.matches("1980-01-02", "01021980"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "02011980",
        "19800102",
        "1980-01-02",
        "0102198",
        "010219800",
        " 01021980",
        "",
        "x"
      })
  void anythingElse(String entry) {
    assertFalse(check.matches("1980-01-02", entry));
  }

  /** The date that stands in for a missing one lets nobody in. */
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "19800102", "1980-13-01", "1980-02-30", "1981-02-29", "0000-01-01"})
  void withoutAUsableDate(String stored) {
    assertFalse(check.matches(stored, "01010001"));
    assertFalse(check.matches(stored, "01021980"));
    assertFalse(check.matches(stored, ""));
  }

  @Test
  void leapDays() {
    assertTrue(check.matches("2000-02-29", "02292000"));
    assertFalse(check.matches("1900-02-29", "02291900"));
  }

  @ParameterizedTest
  @CsvSource({
    "YYYY-MM-DD, 0980-01-02",
    "MM/DD/YYYY, 01/02/0980",
    "DD.MM.YYYY, 02.01.0980",
    "DDMMYYYY, 02010980"
  })
  void formatsReadWhatTheyWrite(String pattern, String text) {
    DateFormat format = new DateFormat(pattern);
    assertEquals(Optional.of(LocalDate.of(980, 1, 2)), format.read(text));
    assertEquals(text, format.write(LocalDate.of(980, 1, 2)));
  }

  @Test
  void everyFormatOnOffer() {
    LocalDate date = LocalDate.of(2004, 12, 31);
    for (String pattern : DobSettings.STORED_FORMATS) {
      DateFormat format = new DateFormat(pattern);
      assertEquals(Optional.of(date), format.read(format.write(date)), pattern);
    }
    for (String pattern : DobSettings.KEYED_FORMATS) {
      assertTrue(new DateFormat(pattern).write(date).matches("[0-9]{8}"), pattern);
    }
  }

  @Test
  void digitsOfOtherScriptsAreNone() {
    assertEquals(Optional.empty(), new DateFormat("YYYYMMDD").read("١٩٨٠٠١٠٢"));
  }

  @Test
  void settingsHaveDefaults() throws Exception {
    DobSettings settings = DobSettings.from(Map.of());
    assertEquals("dob", settings.parameter());
    assertEquals("dateOfBirth", settings.attribute());
    assertTrue(settings.check().matches("1980-01-02", "01021980"));
  }

  @Test
  void settingsOfARealm() throws Exception {
    DobSettings settings =
        DobSettings.from(
            Map.of(
                "maps_to", "birthday",
                "user_attribute", "born",
                "stored_format", "DD.MM.YYYY",
                "keyed_format", "YYYYMMDD"));
    assertEquals("birthday", settings.parameter());
    assertEquals("born", settings.attribute());
    assertTrue(settings.check().matches("02.01.1980", "19800102"));
    assertFalse(settings.check().matches("02.01.1980", "01021980"));
  }

  @ParameterizedTest
  @CsvSource({"stored_format, yyyy-MM-dd", "keyed_format, MMDDYY", "keyed_format, canary"})
  void formatsComeFromAList(String key, String value) {
    DobSettings.InvalidSettings invalid =
        assertThrows(DobSettings.InvalidSettings.class, () -> DobSettings.from(Map.of(key, value)));
    assertTrue(invalid.getMessage().contains("'" + key + "'"));
    assertFalse(invalid.getMessage().contains(value + "'"));
  }
}
