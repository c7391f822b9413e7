//! The database's part of the patches: the migrations of `harvest-patches`, word for word but for
//! their comments, and how one sees that they are there.

/// A change of the database that belongs to a patch.
pub(super) struct Migration {
    pub(super) patch: &'static str,
    /// A query whose one row says whether it is there.
    pub(super) there: &'static str,
    pub(super) up: &'static str,
    /// None where taking it away would take rows' values away.
    pub(super) down: Option<&'static str>,
}

/// One cast of a voter in an election at a time. Triggers of one kind run in the order of their
/// names, so the lock is taken before the platform's own trigger counts.
pub(super) const VOTER_LOCK: Migration = Migration {
    patch: "voter_lock",
    there: "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'a_ivr_10_voter_lock'
              AND tgrelid = 'sequent_backend.cast_vote'::regclass)",
    up: r"
CREATE FUNCTION sequent_backend.ivr_lock_voter(
  tenant_id uuid, election_event_id uuid, election_id uuid, voter_id text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(
    concat_ws('/', 'ivr-voter', tenant_id, election_event_id, election_id, voter_id), 0))
$$;
CREATE FUNCTION sequent_backend.ivr_lock_voter_of_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM sequent_backend.ivr_lock_voter(
    NEW.tenant_id, NEW.election_event_id, NEW.election_id, NEW.voter_id_string);
  RETURN NEW;
END
$$;
CREATE TRIGGER a_ivr_10_voter_lock
  BEFORE INSERT ON sequent_backend.cast_vote
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_lock_voter_of_row();
",
    down: Some(
        r"
DROP TRIGGER a_ivr_10_voter_lock ON sequent_backend.cast_vote;
DROP FUNCTION sequent_backend.ivr_lock_voter_of_row();
DROP FUNCTION sequent_backend.ivr_lock_voter(uuid, uuid, uuid, text);
",
    ),
};

/// A ballot is in the box of an election once: by trigger from now on, by index where the box has no
/// duplicates; those that there are stand in a table.
pub(super) const BALLOT_ONCE: Migration = Migration {
    patch: "ballot_once",
    there: "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'a_ivr_20_ballot_once'
              AND tgrelid = 'sequent_backend.cast_vote'::regclass)",
    up: r"
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
  RETURN NEW;
END
$$;
CREATE TRIGGER a_ivr_20_ballot_once
  BEFORE INSERT ON sequent_backend.cast_vote
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_refuse_known_ballot();
CREATE INDEX cast_vote_by_ballot_id
  ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, ballot_id);
CREATE TABLE sequent_backend.ivr_duplicate_ballot (
  tenant_id uuid NOT NULL,
  election_event_id uuid NOT NULL,
  election_id uuid,
  ballot_id text NOT NULL,
  ballots bigint NOT NULL,
  voters bigint NOT NULL,
  cast_vote_ids uuid[] NOT NULL,
  first_at timestamptz,
  last_at timestamptz
);
CREATE FUNCTION sequent_backend.ivr_finish_ballot_once() RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  found_duplicates bigint;
BEGIN
  LOCK TABLE sequent_backend.cast_vote IN SHARE ROW EXCLUSIVE MODE;
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
    RETURN false;
  END IF;
  CREATE UNIQUE INDEX IF NOT EXISTS cast_vote_ballot_id_once
    ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, ballot_id);
  DROP INDEX IF EXISTS sequent_backend.cast_vote_by_ballot_id;
  RETURN true;
END
$$;
REVOKE ALL ON FUNCTION sequent_backend.ivr_finish_ballot_once() FROM PUBLIC;
SELECT sequent_backend.ivr_finish_ballot_once();
",
    down: Some(
        r"
DROP TRIGGER a_ivr_20_ballot_once ON sequent_backend.cast_vote;
DROP FUNCTION sequent_backend.ivr_refuse_known_ballot();
DROP FUNCTION sequent_backend.ivr_finish_ballot_once();
DROP TABLE sequent_backend.ivr_duplicate_ballot;
DROP INDEX IF EXISTS sequent_backend.cast_vote_ballot_id_once;
DROP INDEX IF EXISTS sequent_backend.cast_vote_by_ballot_id;
",
    ),
};

/// The channel of a vote.
pub(super) const CAST_VOTE_CHANNEL: Migration = Migration {
    patch: "cast_vote_channel",
    there: "SELECT EXISTS (SELECT FROM pg_attribute WHERE attname = 'channel'
              AND attrelid = 'sequent_backend.cast_vote'::regclass AND NOT attisdropped)",
    up: r"
ALTER TABLE sequent_backend.cast_vote
  ADD COLUMN channel text
  CONSTRAINT cast_vote_channel
  CHECK (channel IN ('ONLINE', 'KIOSK', 'EARLY_VOTING', 'TELEPHONE'));
CREATE INDEX cast_vote_by_channel
  ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, created_at, channel);
",
    down: None,
};
