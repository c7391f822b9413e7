DROP TRIGGER cast_vote_within_limit ON sequent_backend.cast_vote;
DROP FUNCTION sequent_backend.cast_vote_within_limit();
