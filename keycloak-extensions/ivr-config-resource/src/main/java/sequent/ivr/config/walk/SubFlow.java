package sequent.ivr.config.walk;

/** An execution that is a flow of its own. */
public record SubFlow(Requirement requirement, Flow flow) implements Execution {

  @Override
  public String name() {
    return flow.alias();
  }
}
