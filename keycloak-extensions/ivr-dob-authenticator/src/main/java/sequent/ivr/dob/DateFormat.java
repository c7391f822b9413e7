package sequent.ivr.dob;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;

/**
 * A date written with all its digits, by a pattern of {@code YYYY}, {@code MM}, {@code DD} and
 * separators. Reading a text that is no date costs what reading a date costs: no exception is made.
 */
final class DateFormat {

  private final String pattern;

  DateFormat(String pattern) {
    this.pattern = pattern;
  }

  /** The date, unless the text differs from the pattern or no calendar has such a day. */
  Optional<LocalDate> read(String text) {
    if (text == null || text.length() != pattern.length()) {
      return Optional.empty();
    }
    int year = 0;
    int month = 0;
    int day = 0;
    boolean fits = true;
    for (int i = 0; i < pattern.length(); i++) {
      char wanted = pattern.charAt(i);
      char found = text.charAt(i);
      int digit = found - '0';
      boolean isDigit = digit >= 0 && digit <= 9;
      switch (wanted) {
        case 'Y' -> year = 10 * year + digit;
        case 'M' -> month = 10 * month + digit;
        case 'D' -> day = 10 * day + digit;
        default -> isDigit = found == wanted;
      }
      fits &= isDigit;
    }
    if (!fits || year == 0 || month < 1 || month > 12 || day < 1) {
      return Optional.empty();
    }
    boolean exists = day <= YearMonth.of(year, month).lengthOfMonth();
    return exists ? Optional.of(LocalDate.of(year, month, day)) : Optional.empty();
  }

  String write(LocalDate date) {
    return pattern
        .replace("YYYY", padded(date.getYear(), 4))
        .replace("MM", padded(date.getMonthValue(), 2))
        .replace("DD", padded(date.getDayOfMonth(), 2));
  }

  private static String padded(int number, int digits) {
    String text = Integer.toString(number);
    return "0".repeat(digits - text.length()) + text;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
