DROP FUNCTION sequent_backend.ivr_call_activity_matching(text, timestamptz, timestamptz);
DROP VIEW sequent_backend.ivr_call_activity;
