package sequent.ivr.dob;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Compares what a caller keyed with the stored date of birth. One stored and one keyed format:
 * every further one would double what a guess is worth.
 */
final class DobCheck {

  /** Compared with where there is no date, so that both cases do the same work. */
  private static final LocalDate STAND_IN = LocalDate.of(1, 1, 1);

  private final DateFormat stored;
  private final DateFormat keyed;

  DobCheck(DateFormat stored, DateFormat keyed) {
    this.stored = stored;
    this.keyed = keyed;
  }

  /**
   * Whether {@code entry} is the date in {@code attribute}. Without a stored date, or with one that
   * is not in the stored format, every entry is wrong, on the same path.
   */
  boolean matches(String attribute, String entry) {
    Optional<LocalDate> date = stored.read(attribute);
    byte[] right = bytes(keyed.write(date.orElse(STAND_IN)));
    boolean equal = MessageDigest.isEqual(right, bytes(entry));
    return equal & date.isPresent();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
