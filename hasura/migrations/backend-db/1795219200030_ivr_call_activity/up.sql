-- What people are shown of the call log (design 14.2): one line a caller, no number.

CREATE VIEW sequent_backend.ivr_call_activity AS
SELECT
  c.caller_id AS id,
  c.tenant_id,
  c.election_event_id,
  c.country,
  count(*)::integer AS calls,
  (count(*) FILTER (
    WHERE c.stage NOT IN ('completed', 'disconnected') AND c.expires_at <= now()))::integer
    AS abandoned_calls,
  sum(c.votes)::integer AS votes,
  max(c.started_at) AS last_call_at
FROM sequent_backend.ivr_call_log c
GROUP BY c.caller_id, c.tenant_id, c.election_event_id, c.country;

COMMENT ON VIEW sequent_backend.ivr_call_activity IS
  'Callers of an event: a random id, the country and totals. An id is of one number only as long as the number is kept.';

-- The same lines, of the calls that match. The last four digits are asked for here and shown
-- nowhere; they match as long as the number is kept. All three are optional.
CREATE FUNCTION sequent_backend.ivr_call_activity_matching(
  last_four text DEFAULT NULL,
  called_from timestamptz DEFAULT NULL,
  called_until timestamptz DEFAULT NULL)
RETURNS SETOF sequent_backend.ivr_call_activity
LANGUAGE sql STABLE AS $$
  SELECT
    c.caller_id,
    c.tenant_id,
    c.election_event_id,
    c.country,
    count(*)::integer,
    (count(*) FILTER (
      WHERE c.stage NOT IN ('completed', 'disconnected') AND c.expires_at <= now()))::integer,
    sum(c.votes)::integer,
    max(c.started_at)
  FROM sequent_backend.ivr_call_log c
  WHERE (last_four IS NULL
      OR (last_four ~ '^[0-9]{4}$' AND right(c.phone_e164, 4) = last_four AND c.expires_at > now()))
    AND (called_from IS NULL OR c.started_at >= called_from)
    AND (called_until IS NULL OR c.started_at < called_until)
  GROUP BY c.caller_id, c.tenant_id, c.election_event_id, c.country
$$;
