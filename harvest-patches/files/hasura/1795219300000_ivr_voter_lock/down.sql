-- SPDX-License-Identifier: Apache-2.0
DROP TRIGGER a_ivr_10_voter_lock ON sequent_backend.cast_vote;
DROP FUNCTION sequent_backend.ivr_lock_voter_of_row();
DROP FUNCTION sequent_backend.ivr_lock_voter(uuid, uuid, uuid, text);
