DROP VIEW sequent_backend.ivr_call_raw;
DROP VIEW sequent_backend.ivr_raw_export_open;
DROP TABLE sequent_backend.ivr_raw_export;
DROP FUNCTION sequent_backend.ivr_raw_export_insert();
