//! [`HasuraCastVoteHistory`]: what this voter has cast (design 3.5.2, 9.3; facts 4.5).

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{CastVote, CastVoteHistoryPort, Deadline, History, HistoryFor, ReadError};
use ivr_core::publication::AllowedBallots;
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::client::{Cover, HasuraClient};
use super::documents::{GetCastVotes, GetElections, get_cast_votes, get_elections};
use super::failure::Failure;

/// The voter's ballots and how many are allowed, asked with the voter's token.
#[derive(Debug)]
pub struct HasuraCastVoteHistory {
    client: Arc<HasuraClient>,
}

impl HasuraCastVoteHistory {
    /// Through a client.
    pub fn new(client: Arc<HasuraClient>) -> Self {
        Self { client }
    }

    async fn ask(
        &self,
        route: &Route,
        token: &Secret<String>,
        why: HistoryFor,
        within: Deadline,
    ) -> Result<History, Failure> {
        let cover = match why {
            HistoryFor::Entry => Cover::Guarded,
            // Whether a ballot is in the box is worth a time-out.
            HistoryFor::AfterSend => Cover::Always,
        };
        let question = self.client.question(&route.hasura_url, token, cover, within).await?;
        let event_id = route.election_event_id;
        let ballots = question.ask::<GetCastVotes>(get_cast_votes::Variables { event_id });
        let elections = question.ask::<GetElections>(get_elections::Variables { event_id });
        let (ballots, elections) = tokio::try_join!(ballots, elections)?;
        Ok(history(ballots, elections))
    }
}

#[async_trait]
impl CastVoteHistoryPort for HasuraCastVoteHistory {
    async fn history(
        &self,
        route: &Route,
        access_token: &Secret<String>,
        why: HistoryFor,
        within: Deadline,
    ) -> Result<History, ReadError> {
        self.ask(route, access_token, why, within).await.map_err(Failure::read_error)
    }
}

/// The domain's words for the rows. A ballot without an id counts as a ballot and is nobody's.
pub(super) fn history(
    ballots: get_cast_votes::ResponseData,
    elections: get_elections::ResponseData,
) -> History {
    let ballots = ballots.sequent_backend_cast_vote.into_iter().filter_map(|row| {
        let election_id = row.election_id?;
        Some(CastVote { election_id, ballot_id: row.ballot_id.unwrap_or_default() })
    });
    let allowed = elections
        .sequent_backend_election
        .into_iter()
        .map(|row| (row.id, AllowedBallots::from_num_allowed_revotes(row.num_allowed_revotes)));
    History { ballots: ballots.collect(), allowed: allowed.collect() }
}
