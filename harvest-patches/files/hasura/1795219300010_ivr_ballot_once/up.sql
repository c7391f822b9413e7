-- SPDX-License-Identifier: Apache-2.0
-- A ballot is in the box of an election once.
--
-- A trigger refuses the second from now on, under a lock on the ballot, whatever rows there are. The
-- unique index is the same rule once more, and needs a box without duplicates: where there are some,
-- they are reported in a table, nothing is deleted, and the index waits until somebody has decided
-- about them and calls ivr_finish_ballot_once().

-- The whole of it from the start: a cast that has read the table and then inserts would wait for a
-- weaker lock of ours, and we for it when the index needs this one. It waits for the casts that run,
-- and everybody else for us.
LOCK TABLE sequent_backend.cast_vote IN ACCESS EXCLUSIVE MODE;

CREATE FUNCTION sequent_backend.ivr_refuse_known_ballot() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  mine boolean;
BEGIN
  IF NEW.ballot_id IS NULL THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/',
    'ivr-ballot', NEW.tenant_id, NEW.election_event_id, NEW.election_id, NEW.ballot_id), 0));
  SELECT bool_or(known.voter_id_string IS NOT DISTINCT FROM NEW.voter_id_string) INTO mine
    FROM sequent_backend.cast_vote AS known
   WHERE known.tenant_id = NEW.tenant_id
     AND known.election_event_id = NEW.election_event_id
     AND known.election_id = NEW.election_id
     AND known.ballot_id = NEW.ballot_id;
  IF mine THEN
    RAISE EXCEPTION 'ivr_duplicate_vote' USING ERRCODE = 'unique_violation';
  ELSIF NOT mine THEN
    RAISE EXCEPTION 'ivr_ballot_of_another_voter' USING ERRCODE = 'unique_violation';
  END IF;
  -- NULL: no such ballot.
  RETURN NEW;
END
$$;

CREATE TRIGGER a_ivr_20_ballot_once
  BEFORE INSERT ON sequent_backend.cast_vote
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_refuse_known_ballot();

CREATE TABLE sequent_backend.ivr_duplicate_ballot (
  tenant_id uuid NOT NULL,
  election_event_id uuid NOT NULL,
  election_id uuid,
  ballot_id text NOT NULL,
  ballots bigint NOT NULL,
  -- More than one: a copied ballot, not a repetition.
  voters bigint NOT NULL,
  cast_vote_ids uuid[] NOT NULL,
  first_at timestamptz,
  last_at timestamptz
);

COMMENT ON TABLE sequent_backend.ivr_duplicate_ballot IS
  'Ballots that were in the box more than once when ivr_finish_ballot_once() looked.';

CREATE FUNCTION sequent_backend.ivr_finish_ballot_once() RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  found_duplicates bigint;
BEGIN
  -- Nobody inserts between looking and the index. At once what DROP INDEX needs: see above.
  LOCK TABLE sequent_backend.cast_vote IN ACCESS EXCLUSIVE MODE;
  DELETE FROM sequent_backend.ivr_duplicate_ballot;
  INSERT INTO sequent_backend.ivr_duplicate_ballot
  SELECT tenant_id, election_event_id, election_id, ballot_id, count(*),
         count(DISTINCT voter_id_string), array_agg(id ORDER BY created_at, id),
         min(created_at), max(created_at)
    FROM sequent_backend.cast_vote
   WHERE ballot_id IS NOT NULL AND election_id IS NOT NULL
   GROUP BY tenant_id, election_event_id, election_id, ballot_id
  HAVING count(*) > 1;
  GET DIAGNOSTICS found_duplicates = ROW_COUNT;
  IF found_duplicates > 0 THEN
    RAISE WARNING '% ballot(s) are in the box more than once: see sequent_backend.ivr_duplicate_ballot; the unique index waits',
      found_duplicates;
    -- The trigger's question wants an index in the meantime.
    CREATE INDEX IF NOT EXISTS cast_vote_by_ballot_id
      ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, ballot_id);
    RETURN false;
  END IF;
  CREATE UNIQUE INDEX IF NOT EXISTS cast_vote_ballot_id_once
    ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, ballot_id);
  DROP INDEX IF EXISTS sequent_backend.cast_vote_by_ballot_id;
  RETURN true;
END
$$;

COMMENT ON FUNCTION sequent_backend.ivr_finish_ballot_once IS
  'Reports duplicates, or makes the unique index when there are none; says which. May be repeated. Waits for running casts, and nobody reads or casts until it is done.';

REVOKE ALL ON FUNCTION sequent_backend.ivr_finish_ballot_once() FROM PUBLIC;

SELECT sequent_backend.ivr_finish_ballot_once();
