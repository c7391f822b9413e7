-- Blocked callers (design 6.3), and who blocked them.

CREATE TABLE sequent_backend.ivr_phone_blacklist (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  phone_number text NOT NULL,
  masked_number text NOT NULL GENERATED ALWAYS AS (sequent_backend.ivr_masked(phone_number)) STORED,
  tenant_id uuid NOT NULL,
  election_event_id uuid,
  reason text,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  CONSTRAINT ivr_phone_blacklist_pkey PRIMARY KEY (id),
  CONSTRAINT ivr_phone_blacklist_e164 CHECK (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
  -- No reason is allowed, an empty one is not.
  CONSTRAINT ivr_phone_blacklist_reason CHECK (reason IS NULL OR length(reason) BETWEEN 1 AND 500),
  CONSTRAINT ivr_phone_blacklist_tenant FOREIGN KEY (tenant_id)
    REFERENCES sequent_backend.tenant (id) ON DELETE CASCADE,
  -- MATCH SIMPLE: not asked of tenant-wide entries, whose tenant the key above holds.
  CONSTRAINT ivr_phone_blacklist_event FOREIGN KEY (tenant_id, election_event_id)
    REFERENCES sequent_backend.election_event (tenant_id, id) ON DELETE CASCADE
);

COMMENT ON TABLE sequent_backend.ivr_phone_blacklist IS
  'Callers that telephone voting refuses. Without an event an entry holds for the whole tenant.';

-- Two NULLs are distinct to a unique constraint, so each scope has an index of its own.
CREATE UNIQUE INDEX ivr_phone_blacklist_once_per_tenant
  ON sequent_backend.ivr_phone_blacklist (tenant_id, phone_number)
  WHERE election_event_id IS NULL;
CREATE UNIQUE INDEX ivr_phone_blacklist_once_per_event
  ON sequent_backend.ivr_phone_blacklist (tenant_id, election_event_id, phone_number)
  WHERE election_event_id IS NOT NULL;

CREATE TABLE sequent_backend.ivr_phone_blacklist_audit (
  id bigint GENERATED ALWAYS AS IDENTITY,
  happened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  action text NOT NULL,
  entry_id uuid NOT NULL,
  tenant_id uuid NOT NULL,
  election_event_id uuid,
  masked_number text NOT NULL,
  reason_before text,
  reason_after text,
  door text NOT NULL,
  actor text NOT NULL,
  database_role text NOT NULL DEFAULT session_user,
  CONSTRAINT ivr_phone_blacklist_audit_pkey PRIMARY KEY (id),
  CONSTRAINT ivr_phone_blacklist_audit_action
    CHECK (action IN ('insert', 'update', 'delete', 'truncate')),
  CONSTRAINT ivr_phone_blacklist_audit_door CHECK (door IN ('hasura', 'application', 'database'))
);

COMMENT ON TABLE sequent_backend.ivr_phone_blacklist_audit IS
  'Every change of ivr_phone_blacklist, by whatever door. Masked numbers only; no foreign keys, so that it outlives what it tells of.';

CREATE INDEX ivr_phone_blacklist_audit_of_tenant
  ON sequent_backend.ivr_phone_blacklist_audit (tenant_id, happened_at);

-- Who created an entry is what the session says, not what the statement says. An entry is never
-- turned into another one; only its reason can be put better.
CREATE FUNCTION sequent_backend.ivr_phone_blacklist_origin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.created_at := now();
    NEW.created_by := (sequent_backend.ivr_actor()).actor;
  ELSIF (NEW.id, NEW.phone_number, NEW.tenant_id, NEW.election_event_id, NEW.created_at, NEW.created_by)
    IS DISTINCT FROM
    (OLD.id, OLD.phone_number, OLD.tenant_id, OLD.election_event_id, OLD.created_at, OLD.created_by)
  THEN
    RAISE EXCEPTION 'only the reason of a blacklist entry can change: remove it and add another'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ivr_phone_blacklist_origin';
  END IF;
  RETURN NEW;
END;
$$;

CREATE TRIGGER ivr_phone_blacklist_origin
  BEFORE INSERT OR UPDATE ON sequent_backend.ivr_phone_blacklist
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_phone_blacklist_origin();

-- SECURITY DEFINER: whoever may write the list leaves a trace without being able to write traces.
CREATE FUNCTION sequent_backend.ivr_phone_blacklist_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  who record := sequent_backend.ivr_actor();
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO sequent_backend.ivr_phone_blacklist_audit
      (action, entry_id, tenant_id, election_event_id, masked_number, reason_before, door, actor)
    SELECT 'truncate', b.id, b.tenant_id, b.election_event_id, b.masked_number, b.reason,
      who.door, who.actor
    FROM sequent_backend.ivr_phone_blacklist b;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO sequent_backend.ivr_phone_blacklist_audit
      (action, entry_id, tenant_id, election_event_id, masked_number, reason_before, door, actor)
    VALUES ('delete', OLD.id, OLD.tenant_id, OLD.election_event_id, OLD.masked_number, OLD.reason,
      who.door, who.actor);
  ELSE
    INSERT INTO sequent_backend.ivr_phone_blacklist_audit
      (action, entry_id, tenant_id, election_event_id, masked_number, reason_before, reason_after,
       door, actor)
    VALUES (lower(TG_OP), NEW.id, NEW.tenant_id, NEW.election_event_id, NEW.masked_number,
      CASE WHEN TG_OP = 'UPDATE' THEN OLD.reason END, NEW.reason, who.door, who.actor);
  END IF;
  RETURN NULL;
END;
$$;

CREATE TRIGGER ivr_phone_blacklist_audit
  AFTER INSERT OR UPDATE OR DELETE ON sequent_backend.ivr_phone_blacklist
  FOR EACH ROW EXECUTE FUNCTION sequent_backend.ivr_phone_blacklist_audit();
CREATE TRIGGER ivr_phone_blacklist_audit_truncate
  BEFORE TRUNCATE ON sequent_backend.ivr_phone_blacklist
  FOR EACH STATEMENT EXECUTE FUNCTION sequent_backend.ivr_phone_blacklist_audit();
-- Also for sessions that switch ordinary triggers off (session_replication_role = replica).
ALTER TABLE sequent_backend.ivr_phone_blacklist ENABLE ALWAYS TRIGGER ivr_phone_blacklist_audit;
ALTER TABLE sequent_backend.ivr_phone_blacklist
  ENABLE ALWAYS TRIGGER ivr_phone_blacklist_audit_truncate;

CREATE TRIGGER ivr_phone_blacklist_audit_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON sequent_backend.ivr_phone_blacklist_audit
  FOR EACH STATEMENT EXECUTE FUNCTION sequent_backend.ivr_append_only();

-- One entry by its whole number, for those who are shown masked numbers only.
CREATE FUNCTION sequent_backend.ivr_phone_blacklist_with_number(number text)
RETURNS SETOF sequent_backend.ivr_phone_blacklist
LANGUAGE sql STABLE AS $$
  SELECT b.* FROM sequent_backend.ivr_phone_blacklist b WHERE b.phone_number = number
$$;
