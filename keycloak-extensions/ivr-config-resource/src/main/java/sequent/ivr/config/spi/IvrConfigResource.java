package sequent.ivr.config.spi;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.RealmModel;
import sequent.ivr.config.walk.AuthStep;
import sequent.ivr.config.walk.Refused;
import sequent.ivr.config.walk.Walk;

/** {@code GET /realms/{realm}/ivr-config} (design 5.1.2, C.8.2). */
public class IvrConfigResource {

  private static final Logger LOG = Logger.getLogger(IvrConfigResource.class);

  private final KeycloakSession session;

  public IvrConfigResource(KeycloakSession session) {
    this.session = session;
  }

  /** The credentials that a caller keys in, or why this realm cannot be offered by telephone. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Response get() {
    RealmModel realm = session.getContext().getRealm();
    try {
      BearerGate.Answer answer = new BearerGate(session).check();
      if (answer != BearerGate.Answer.MAY_READ) {
        return Answers.turnedAway(answer);
      }
      List<AuthStep> steps = Walk.through(new RealmReader(session).read(realm));
      return Answers.steps(steps);
    } catch (Refused refused) {
      LOG.errorf(
          "ivr-config refused in realm '%s': %s: %s",
          realm.getName(), refused.code().inJson(), refused.getMessage());
      return Answers.refused(refused);
    } catch (RuntimeException e) {
      LOG.errorf(e, "ivr-config failed in realm '%s'", realm.getName());
      return Answers.failed();
    }
  }
}
