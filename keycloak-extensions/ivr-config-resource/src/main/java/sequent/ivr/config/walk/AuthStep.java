package sequent.ivr.config.walk;

/**
 * One credential that the caller keys in (design 5.1.2).
 *
 * @param field name of the credential inside the call
 * @param maxDigits longest entry, 1 to 20 digits
 * @param terminator {@code #}, or empty when the entry always has {@code maxDigits} digits
 * @param mapsTo form parameter of the token request
 * @param promptKey prompt to play instead of the well-known one of {@code mapsTo}, or null
 */
public record AuthStep(
    String field, int maxDigits, String terminator, String mapsTo, String promptKey) {}
