DROP FUNCTION sequent_backend.ivr_phone_blacklist_with_number(text);
DROP TABLE sequent_backend.ivr_phone_blacklist;
DROP TABLE sequent_backend.ivr_phone_blacklist_audit;
DROP FUNCTION sequent_backend.ivr_phone_blacklist_audit();
DROP FUNCTION sequent_backend.ivr_phone_blacklist_origin();
