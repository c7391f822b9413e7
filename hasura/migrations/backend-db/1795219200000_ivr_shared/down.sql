DROP FUNCTION sequent_backend.ivr_append_only();
DROP FUNCTION sequent_backend.ivr_masked(text);
DROP FUNCTION sequent_backend.ivr_calling_code(text);
DROP FUNCTION sequent_backend.ivr_actor();
DROP INDEX sequent_backend.ivr_election_event_of_tenant;
