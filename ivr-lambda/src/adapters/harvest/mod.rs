//! Harvest: takes ballots, at one of two doors (design 5.3, 5.4; facts 4; DECISIONS 5, 66, 68).
//!
//! Each cast is sent once, by its deadline, and never again from here: whether it may be sent again
//! is decided by `ivr_core::submit` alone. What a refusal means is decided by
//! [`ivr_core::ports::classify_refusal`]; what is an answer of the platform at all, in [`reading`].
//! Anything else, whatever its status, is "no reply": the ballot may be recorded.

mod reading;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::ports::{Backend, CastReply, CastRequest, Deadline, Outage, VoteCastingPort};
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use crate::adapters::http::Http;
use crate::adapters::meter::{Measured, Meter};

/// The most bytes of an answer: a recorded ballot comes back whole.
pub const CAST_BODY: usize = 256 * 1024;

/// Its name in metrics, at either door.
const OPERATION: &str = "InsertCastVote";

/// Which way a ballot goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// `POST /insert-cast-vote` of Harvest itself. It does not verify tokens' signatures, so this
    /// is for a network where nobody else can reach it (facts 4.1).
    Direct,
    /// The action `insert_cast_vote` of Hasura, which verifies them. The default of the platform.
    ThroughHasura,
}

impl Door {
    fn backend(self) -> Backend {
        match self {
            Self::Direct => Backend::Harvest,
            Self::ThroughHasura => Backend::Hasura,
        }
    }
}

/// Casts ballots.
pub struct HarvestVoteCasting {
    http: Arc<Http>,
    door: Door,
    meter: Arc<dyn Meter>,
}

impl std::fmt::Debug for HarvestVoteCasting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HarvestVoteCasting").field("door", &self.door).finish_non_exhaustive()
    }
}

impl HarvestVoteCasting {
    /// Through a door, on the process's HTTP client; a meter hears of each cast.
    pub fn new(http: Arc<Http>, door: Door, meter: Arc<dyn Meter>) -> Self {
        Self { http, door, meter }
    }
}

#[async_trait]
impl VoteCastingPort for HarvestVoteCasting {
    async fn cast(
        &self,
        route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        let backend = self.door.backend();
        let sent = match self.door {
            Door::Direct => wire::direct(&route.harvest_url, &request, access_token),
            Door::ThroughHasura => wire::through_hasura(&route.hasura_url, &request, access_token),
        };
        let sent = match sent {
            Ok(sent) => sent,
            Err(why) => {
                let detail = why.to_string();
                return CastReply::NoReply(Outage::Misconfigured { backend, detail });
            }
        };
        let bytes = sent.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        let began = self.http.clock().now();
        let answer = self.http.send(sent, CAST_BODY, within).await;
        let took = self.http.clock().now() - began;
        let (status, received) =
            answer.as_ref().map_or((None, 0), |reply| (Some(reply.status), reply.body.len()));
        let reply = match answer {
            Err(error) => CastReply::NoReply(error.outage(backend)),
            Ok(reply) => match self.door {
                Door::Direct => reading::direct(&reply, &request),
                Door::ThroughHasura => reading::through_hasura(&reply, &request),
            },
        };
        let (operation, outcome) = (OPERATION, outcome(&reply));
        let measured =
            Measured { backend, operation, outcome, status, took, sent: bytes, received };
        self.meter.request(&measured);
        reply
    }
}

/// What operators count.
fn outcome(reply: &CastReply) -> &'static str {
    match reply {
        CastReply::Recorded => "ok",
        CastReply::Rejected(_) => "rejected",
        CastReply::Misrouted(_) => "misrouted",
        CastReply::NoReply(_) => "no_reply",
    }
}

#[cfg(test)]
mod tests;
