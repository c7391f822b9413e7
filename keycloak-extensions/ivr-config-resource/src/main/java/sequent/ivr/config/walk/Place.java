package sequent.ivr.config.walk;

/**
 * Where an execution is: {@code ivr direct grant > ivr factors > #2 conditional-user-role}. The
 * number counts the lines of its flow as the admin console shows them, disabled ones too.
 */
record Place(String flows, String line, String authenticator) {

  static Place top(Flow flow) {
    return new Place(flow.alias(), null, null);
  }

  /** The execution at {@code index}, from 0, of the flow that this place is. */
  Place at(int index, Execution execution) {
    String provider = execution instanceof Authenticator ? execution.name() : null;
    return new Place(inside(), "#" + (index + 1) + " " + execution.name(), provider);
  }

  private String inside() {
    return line == null ? flows : flows + " > " + line.substring(line.indexOf(' ') + 1);
  }

  Refused refuse(Refused.Code code, String message) {
    return new Refused(code, authenticator, toString(), message + " (" + this + ")");
  }

  @Override
  public String toString() {
    return line == null ? flows : flows + " > " + line;
  }
}
