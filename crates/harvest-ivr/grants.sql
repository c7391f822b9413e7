-- What the login of harvest-ivr needs, and all that it needs. To be run by the owner of the tables,
-- with the login made before:
--   CREATE ROLE harvest_ivr LOGIN;
-- It cannot read a ballot, a voter, the audit, or which number is on the blacklist.

GRANT USAGE ON SCHEMA sequent_backend TO harvest_ivr;

GRANT SELECT (id, tenant_id, status) ON sequent_backend.election_event TO harvest_ivr;
GRANT SELECT (id, tenant_id, election_event_id, status, permission_label) ON sequent_backend.election TO harvest_ivr;
GRANT SELECT (tenant_id, election_event_id, election_id, created_at, channel)
  ON sequent_backend.cast_vote TO harvest_ivr;

GRANT SELECT (id, masked_number, tenant_id, election_event_id, reason, created_at, created_by),
  INSERT (phone_number, tenant_id, election_event_id, reason), UPDATE (reason), DELETE
  ON sequent_backend.ivr_phone_blacklist TO harvest_ivr;

-- The number goes from here to the blacklist inside the database.
GRANT SELECT (tenant_id, election_event_id, caller_id, phone_e164, country, stage, votes, started_at,
  expires_at) ON sequent_backend.ivr_call_log TO harvest_ivr;

GRANT INSERT (tenant_id, election_event_id, requested_by, purpose)
  ON sequent_backend.ivr_raw_export TO harvest_ivr;
GRANT SELECT ON sequent_backend.ivr_call_raw TO harvest_ivr;

GRANT EXECUTE ON FUNCTION sequent_backend.ivr_erase_expired_calls() TO harvest_ivr;
