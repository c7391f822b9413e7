-- Whole numbers leave the database only behind a trace: who wants them says so first, in a row that
-- cannot be taken back, and reads them in the ten minutes after it (design 14.2, "Export raw").

CREATE TABLE sequent_backend.ivr_raw_export (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL,
  election_event_id uuid NOT NULL,
  requested_by text NOT NULL,
  purpose text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT ivr_raw_export_pkey PRIMARY KEY (id),
  CONSTRAINT ivr_raw_export_requested_by CHECK (length(requested_by) BETWEEN 1 AND 200),
  CONSTRAINT ivr_raw_export_purpose CHECK (length(btrim(purpose)) BETWEEN 3 AND 500)
);

COMMENT ON TABLE sequent_backend.ivr_raw_export IS
  'Who asked for whole numbers, when and for what. No foreign keys: it outlives the event.';

-- The time is the database's, and the event is one of that tenant.
CREATE FUNCTION sequent_backend.ivr_raw_export_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  NEW.requested_at := now();
  IF NOT EXISTS (
    SELECT FROM sequent_backend.election_event e
    WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.election_event_id)
  THEN
    RAISE EXCEPTION 'no such election event in this tenant'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ivr_raw_export_event';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER ivr_raw_export_insert
  BEFORE INSERT ON sequent_backend.ivr_raw_export
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_raw_export_insert();
CREATE TRIGGER ivr_raw_export_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON sequent_backend.ivr_raw_export
  FOR EACH STATEMENT EXECUTE FUNCTION sequent_backend.ivr_append_only();

CREATE VIEW sequent_backend.ivr_raw_export_open AS
SELECT x.id, x.tenant_id, x.election_event_id, x.requested_by
FROM sequent_backend.ivr_raw_export x
WHERE x.requested_at > now() - interval '10 minutes';

-- Callers with their numbers, as long as these are kept; a job that runs late shows nothing more.
CREATE VIEW sequent_backend.ivr_call_raw AS
SELECT
  c.caller_id AS id,
  c.tenant_id,
  c.election_event_id,
  c.phone_e164,
  count(*)::integer AS calls,
  sum(c.votes)::integer AS votes,
  max(c.started_at) AS last_call_at
FROM sequent_backend.ivr_call_log c
WHERE c.phone_e164 IS NOT NULL AND c.expires_at > now()
GROUP BY c.caller_id, c.tenant_id, c.election_event_id, c.phone_e164;
