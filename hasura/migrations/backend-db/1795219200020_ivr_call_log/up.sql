-- That somebody called (design 14.2, 9.2.1). No ballot, locator, contest or choice: see
-- docs/adr/0026-call-log.md and docs/adr/0055-call-log-tables.md.

CREATE TABLE sequent_backend.ivr_call_log (
  tenant_id uuid NOT NULL,
  election_event_id uuid NOT NULL,
  contact_id text NOT NULL,
  -- Whose call: random, the same for calls of one number while the number is kept.
  caller_id uuid NOT NULL,
  phone_e164 text,
  withheld boolean NOT NULL,
  country text,
  voter_id text,
  stage text NOT NULL,
  votes integer NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  erased_at timestamptz,
  CONSTRAINT ivr_call_log_pkey PRIMARY KEY (tenant_id, election_event_id, contact_id),
  CONSTRAINT ivr_call_log_event FOREIGN KEY (tenant_id, election_event_id)
    REFERENCES sequent_backend.election_event (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT ivr_call_log_contact CHECK (contact_id ~ '^[!-~]{1,128}$'),
  CONSTRAINT ivr_call_log_e164 CHECK (phone_e164 IS NULL OR phone_e164 ~ '^\+[1-9][0-9]{6,14}$'),
  -- A number is there exactly as long as it was not withheld and not erased.
  CONSTRAINT ivr_call_log_number
    CHECK ((phone_e164 IS NOT NULL) = (NOT withheld AND erased_at IS NULL)),
  CONSTRAINT ivr_call_log_country CHECK (
    (country IS NULL) = withheld AND (country IS NULL OR country ~ '^\+[1-9][0-9]{0,2}$')),
  CONSTRAINT ivr_call_log_stage
    CHECK (stage IN ('started', 'logged_in', 'completed', 'disconnected')),
  -- A voter is known after login and until the number is erased; nobody votes before login.
  CONSTRAINT ivr_call_log_voter CHECK (voter_id IS NULL OR (
    erased_at IS NULL AND stage <> 'started' AND length(voter_id) BETWEEN 1 AND 255)),
  CONSTRAINT ivr_call_log_votes
    CHECK (votes BETWEEN 0 AND 10000 AND (votes = 0 OR stage <> 'started'))
);

COMMENT ON TABLE sequent_backend.ivr_call_log IS
  'One row a call, upserted by contact id. Number and voter are erased when the call''s session would expire; totals stay.';

CREATE INDEX ivr_call_log_by_number
  ON sequent_backend.ivr_call_log (tenant_id, election_event_id, phone_e164)
  WHERE phone_e164 IS NOT NULL;
CREATE INDEX ivr_call_log_by_caller
  ON sequent_backend.ivr_call_log (tenant_id, election_event_id, caller_id);
CREATE INDEX ivr_call_log_to_erase
  ON sequent_backend.ivr_call_log (expires_at)
  WHERE erased_at IS NULL;

-- When the session of a call would expire (design 9.2.1): an hour after the last turn and never
-- later than ten hours after the start; ten minutes after the end. The last turn is not known here,
-- so it is an hour after the last record.
CREATE FUNCTION sequent_backend.ivr_call_expires(
  started_at timestamptz, recorded_at timestamptz, stage text) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN stage IN ('completed', 'disconnected') THEN recorded_at + interval '10 minutes'
    ELSE least(recorded_at + interval '1 hour', started_at + interval '10 hours')
  END
$$;

CREATE FUNCTION sequent_backend.ivr_call_log_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  NEW.withheld := NEW.phone_e164 IS NULL;
  NEW.country := sequent_backend.ivr_calling_code(NEW.phone_e164);
  NEW.erased_at := NULL;
  NEW.recorded_at := now();
  NEW.expires_at := sequent_backend.ivr_call_expires(NEW.started_at, NEW.recorded_at, NEW.stage);
  IF NEW.withheld THEN
    -- Withheld callers of an event are one line of the list. Nothing of a person is in this value.
    NEW.caller_id := md5('withheld ' || NEW.tenant_id || ' ' || NEW.election_event_id)::uuid;
  ELSE
    -- Two first calls of one number at the same moment get one id: the second waits for the first.
    PERFORM pg_advisory_xact_lock(hashtextextended(
      'ivr_call_log ' || NEW.tenant_id || ' ' || NEW.election_event_id || ' ' || NEW.phone_e164, 0));
    SELECT c.caller_id INTO NEW.caller_id
    FROM sequent_backend.ivr_call_log c
    WHERE c.tenant_id = NEW.tenant_id
      AND c.election_event_id = NEW.election_event_id
      AND c.phone_e164 = NEW.phone_e164
    LIMIT 1;
    NEW.caller_id := coalesce(NEW.caller_id, gen_random_uuid());
  END IF;
  RETURN NEW;
END;
$$;

-- Records may arrive twice or late: a call never goes back to an earlier stage, never loses votes
-- or its voter, and keeps its first ending. What was erased stays erased.
CREATE FUNCTION sequent_backend.ivr_call_log_update() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  stages CONSTANT text[] := ARRAY['started', 'logged_in', 'completed', 'disconnected'];
  had_ended CONSTANT boolean := OLD.stage IN ('completed', 'disconnected');
BEGIN
  IF (NEW.tenant_id, NEW.election_event_id, NEW.contact_id, NEW.caller_id, NEW.withheld, NEW.country,
      NEW.started_at)
    IS DISTINCT FROM
    (OLD.tenant_id, OLD.election_event_id, OLD.contact_id, OLD.caller_id, OLD.withheld, OLD.country,
      OLD.started_at)
    OR (NEW.phone_e164 IS NOT NULL AND NEW.phone_e164 IS DISTINCT FROM OLD.phone_e164)
    OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at)
  THEN
    RAISE EXCEPTION 'a call keeps its origin, and what was erased stays erased'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ivr_call_log_origin';
  END IF;
  IF had_ended OR array_position(stages, NEW.stage) < array_position(stages, OLD.stage) THEN
    NEW.stage := OLD.stage;
  END IF;
  NEW.votes := greatest(NEW.votes, OLD.votes);
  IF NEW.erased_at IS NOT NULL THEN
    NEW.voter_id := NULL;
    NEW.recorded_at := OLD.recorded_at;
    NEW.expires_at := OLD.expires_at;
  ELSE
    NEW.voter_id := coalesce(OLD.voter_id, NEW.voter_id);
    NEW.recorded_at := now();
    NEW.expires_at := CASE
      WHEN had_ended THEN OLD.expires_at
      ELSE sequent_backend.ivr_call_expires(NEW.started_at, NEW.recorded_at, NEW.stage)
    END;
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER ivr_call_log_insert
  BEFORE INSERT ON sequent_backend.ivr_call_log
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_call_log_insert();
CREATE TRIGGER ivr_call_log_update
  BEFORE UPDATE ON sequent_backend.ivr_call_log
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_call_log_update();

-- The role that records calls may update without being able to read, so an update without a
-- condition would reach every call of the event. It records one call at a time.
CREATE FUNCTION sequent_backend.ivr_call_log_one_at_a_time() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  hasura text := nullif(current_setting('hasura.user', true), '');
BEGIN
  IF hasura IS NOT NULL AND hasura::jsonb ->> 'x-hasura-role' = 'can_record_ivr_call'
    AND (SELECT count(*) FROM changed) > 1
  THEN
    RAISE EXCEPTION 'a record is about one call'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ivr_call_log_one_at_a_time';
  END IF;
  RETURN NULL;
END;
$$;

CREATE TRIGGER ivr_call_log_one_at_a_time
  AFTER UPDATE ON sequent_backend.ivr_call_log
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION sequent_backend.ivr_call_log_one_at_a_time();

-- The retention job, to be run every minute: erases the number and the voter of calls whose
-- session would have expired. Answers how many. Whoever may run it needs no other permission.
CREATE FUNCTION sequent_backend.ivr_erase_expired_calls() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  erased integer;
BEGIN
  UPDATE sequent_backend.ivr_call_log c
  SET phone_e164 = NULL, voter_id = NULL, erased_at = now()
  WHERE c.erased_at IS NULL AND c.expires_at <= now();
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END;
$$;
REVOKE EXECUTE ON FUNCTION sequent_backend.ivr_erase_expired_calls() FROM PUBLIC;
