package sequent.ivr.dob;

import java.util.List;
import java.util.Map;

/**
 * The authenticator's configuration, with its defaults.
 *
 * @param parameter form parameter that holds what the caller keyed
 * @param attribute user attribute that holds the date
 * @param check the comparison in the realm's two formats
 */
record DobSettings(String parameter, String attribute, DobCheck check) {

  static final String MAPS_TO = "maps_to";
  static final String USER_ATTRIBUTE = "user_attribute";
  static final String STORED_FORMAT = "stored_format";
  static final String KEYED_FORMAT = "keyed_format";

  static final String DEFAULT_PARAMETER = "dob";

  /** The platform's name for it. */
  static final String DEFAULT_ATTRIBUTE = "dateOfBirth";

  /** The first is the default. Two-digit years are left out: they make guessing easier. */
  static final List<String> STORED_FORMATS =
      List.of(
          "YYYY-MM-DD",
          "YYYYMMDD",
          "YYYY/MM/DD",
          "MM/DD/YYYY",
          "DD/MM/YYYY",
          "DD.MM.YYYY",
          "DD-MM-YYYY",
          "MM-DD-YYYY",
          "MMDDYYYY",
          "DDMMYYYY");

  /** The first is the default, and what the well-known prompt asks for (design 5.1.3). */
  static final List<String> KEYED_FORMATS = List.of("MMDDYYYY", "DDMMYYYY", "YYYYMMDD");

  /**
   * @param config of the execution, empty for all defaults
   * @throws InvalidSettings naming the key, when a format is not in its list
   */
  static DobSettings from(Map<String, String> config) throws InvalidSettings {
    DateFormat stored = format(config, STORED_FORMAT, STORED_FORMATS);
    DateFormat keyed = format(config, KEYED_FORMAT, KEYED_FORMATS);
    return new DobSettings(
        text(config, MAPS_TO, DEFAULT_PARAMETER),
        text(config, USER_ATTRIBUTE, DEFAULT_ATTRIBUTE),
        new DobCheck(stored, keyed));
  }

  private static DateFormat format(Map<String, String> config, String key, List<String> allowed)
      throws InvalidSettings {
    String pattern = text(config, key, allowed.get(0));
    if (!allowed.contains(pattern)) {
      throw new InvalidSettings(
          "the configuration '" + key + "' must be one of " + String.join(", ", allowed));
    }
    return new DateFormat(pattern);
  }

  private static String text(Map<String, String> config, String key, String absent) {
    String value = config.getOrDefault(key, "").strip();
    return value.isEmpty() ? absent : value;
  }

  /** A configuration with which nobody can be checked. Its message holds no configured value. */
  static final class InvalidSettings extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSettings(String message) {
      super(message);
    }
  }
}
