-- SPDX-License-Identifier: Apache-2.0
DROP TRIGGER a_ivr_20_ballot_once ON sequent_backend.cast_vote;
DROP FUNCTION sequent_backend.ivr_refuse_known_ballot();
DROP FUNCTION sequent_backend.ivr_finish_ballot_once();
DROP TABLE sequent_backend.ivr_duplicate_ballot;
DROP INDEX IF EXISTS sequent_backend.cast_vote_ballot_id_once;
DROP INDEX IF EXISTS sequent_backend.cast_vote_by_ballot_id;
