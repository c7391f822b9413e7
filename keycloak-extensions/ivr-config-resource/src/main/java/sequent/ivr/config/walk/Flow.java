package sequent.ivr.config.walk;

import java.util.List;

/**
 * A flow with its executions in priority order, the disabled ones too.
 *
 * @param basic whether it is an ordinary flow; form flows need a browser
 */
public record Flow(String alias, boolean basic, List<Execution> executions) {}
