DROP FUNCTION sequent_backend.ivr_erase_expired_calls();
DROP TABLE sequent_backend.ivr_call_log;
DROP FUNCTION sequent_backend.ivr_call_log_one_at_a_time();
DROP FUNCTION sequent_backend.ivr_call_log_update();
DROP FUNCTION sequent_backend.ivr_call_log_insert();
DROP FUNCTION sequent_backend.ivr_call_expires(timestamptz, timestamptz, text);
