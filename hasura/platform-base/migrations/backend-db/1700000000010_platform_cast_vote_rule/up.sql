-- Development only. What the platform's own trigger does when a ballot is inserted: it counts the
-- voter's ballots of the election in every area, and refuses one more than the election allows.
-- 0 is unlimited; null, here but not in the platform's application, is unlimited too.
-- Two inserts at the same time do not see each other: so it is there as well.
CREATE FUNCTION sequent_backend.cast_vote_within_limit() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  allowed integer;
  cast_so_far bigint;
BEGIN
  SELECT e.num_allowed_revotes INTO allowed
  FROM sequent_backend.election e
  WHERE e.id = NEW.election_id
    AND e.tenant_id = NEW.tenant_id
    AND e.election_event_id = NEW.election_event_id;
  IF allowed IS NULL OR allowed = 0 THEN
    RETURN NEW;
  END IF;
  SELECT count(*) INTO cast_so_far
  FROM sequent_backend.cast_vote v
  WHERE v.election_id = NEW.election_id
    AND v.tenant_id = NEW.tenant_id
    AND v.election_event_id = NEW.election_event_id
    AND v.voter_id_string = NEW.voter_id_string;
  IF cast_so_far >= allowed THEN
    RAISE EXCEPTION 'the voter has cast % of % ballots in this election', cast_so_far, allowed;
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER cast_vote_within_limit
  BEFORE INSERT ON sequent_backend.cast_vote
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.cast_vote_within_limit();
