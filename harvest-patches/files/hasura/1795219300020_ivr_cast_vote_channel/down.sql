-- SPDX-License-Identifier: Apache-2.0
DROP INDEX sequent_backend.cast_vote_by_channel;
ALTER TABLE sequent_backend.cast_vote DROP COLUMN channel;
