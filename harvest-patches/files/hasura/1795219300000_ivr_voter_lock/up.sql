-- SPDX-License-Identifier: Apache-2.0
-- One cast of a voter in an election at a time.
--
-- Triggers of one kind run in the order of their names, so this one takes its lock before
-- check_revote_trigger counts. Under READ COMMITTED that count then sees every row committed before.

CREATE FUNCTION sequent_backend.ivr_lock_voter(
  tenant_id uuid, election_event_id uuid, election_id uuid, voter_id text) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(
    concat_ws('/', 'ivr-voter', tenant_id, election_event_id, election_id, voter_id), 0))
$$;

COMMENT ON FUNCTION sequent_backend.ivr_lock_voter IS
  'Waits for, and holds until the end of the transaction, the lock on one voter in one election.';

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
