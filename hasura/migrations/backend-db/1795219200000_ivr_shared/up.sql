-- What the telephone channel's tables share: who is writing, how a number is masked, and the key
-- that lets a row name an event and its tenant together.

-- A composite foreign key needs a unique index over both columns. An index, not a constraint: the
-- platform's own table looks the same through GraphQL.
CREATE UNIQUE INDEX ivr_election_event_of_tenant
  ON sequent_backend.election_event (tenant_id, id);

-- Who writes, and by which door. Hasura sets hasura.user to the session of a mutation, from the
-- token; an application that writes over its own connection says SET LOCAL ivr.actor; who does
-- neither is known by the name with which they logged in to the database.
CREATE FUNCTION sequent_backend.ivr_actor(OUT door text, OUT actor text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  hasura text := nullif(current_setting('hasura.user', true), '');
  application text := nullif(current_setting('ivr.actor', true), '');
BEGIN
  IF hasura IS NOT NULL THEN
    door := 'hasura';
    BEGIN
      actor := coalesce(
        nullif(hasura::jsonb ->> 'x-hasura-user-id', ''),
        'role ' || (hasura::jsonb ->> 'x-hasura-role'));
    EXCEPTION WHEN invalid_text_representation THEN
      actor := NULL;
    END;
    actor := coalesce(actor, 'unknown');
  ELSIF application IS NOT NULL THEN
    door := 'application';
    actor := application;
  ELSE
    door := 'database';
    actor := session_user;
  END IF;
  actor := left(actor, 200);
END;
$$;

-- The calling code of an E.164 number, "+1" or "+358" (ITU-T E.164, list of assigned codes: one
-- digit for 1 and 7, two for those below, three for all others).
CREATE FUNCTION sequent_backend.ivr_calling_code(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT CASE
    WHEN number IS NULL THEN NULL
    WHEN substr(number, 2, 1) IN ('1', '7') THEN substr(number, 1, 2)
    WHEN substr(number, 2, 2) IN (
      '20', '27', '30', '31', '32', '33', '34', '36', '39', '40', '41', '43', '44', '45', '46',
      '47', '48', '49', '51', '52', '53', '54', '55', '56', '57', '58', '60', '61', '62', '63',
      '64', '65', '66', '81', '82', '84', '86', '90', '91', '92', '93', '94', '95', '98'
    ) THEN substr(number, 1, 3)
    ELSE substr(number, 1, 4)
  END
$$;

-- What people are shown of a number: the calling code and the last four digits; fewer of a number so
-- short that less than three would be hidden.
CREATE FUNCTION sequent_backend.ivr_masked(number text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
  SELECT sequent_backend.ivr_calling_code(number) || ' ***-***-' || right(
    number,
    least(4, length(number) - length(sequent_backend.ivr_calling_code(number)) - 3))
$$;

-- Rows that are evidence: written once.
CREATE FUNCTION sequent_backend.ivr_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: rows are neither changed nor removed', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END;
$$;
