-- SPDX-License-Identifier: Apache-2.0
-- The channel of a vote. Rows from before have none: "unknown".

ALTER TABLE sequent_backend.cast_vote
  ADD COLUMN channel text
  CONSTRAINT cast_vote_channel
  CHECK (channel IN ('ONLINE', 'KIOSK', 'EARLY_VOTING', 'TELEPHONE'));

COMMENT ON COLUMN sequent_backend.cast_vote.channel IS
  'The channel the vote came through; null for votes from before it was recorded.';

CREATE INDEX cast_vote_by_channel
  ON sequent_backend.cast_vote (tenant_id, election_event_id, election_id, created_at, channel);
