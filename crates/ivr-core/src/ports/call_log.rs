//! The CallLog port: that a call took place (DECISIONS 65).

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::outage::{Deadline, Outage};
use super::service_token::ServiceToken;
use crate::caller::Caller;
use crate::route::Route;

/// How far a call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStage {
    /// The session was created.
    Started,
    /// The voter logged in.
    LoggedIn,
    /// The flow reached its end.
    Completed,
    /// The engine ended the call.
    Disconnected,
}

/// One call: no ballot id, locator, contest or choice.
#[derive(Clone, PartialEq, Eq)]
pub struct CallRecord<'a> {
    /// The contact; records of one contact replace each other.
    pub contact_id: &'a str,
    /// Who called.
    pub caller: &'a Caller,
    /// When.
    pub started_at: DateTime<Utc>,
    /// The voter, after login.
    pub voter_id: Option<&'a str>,
    /// How far the call came.
    pub stage: CallStage,
    /// Ballots recorded so far.
    pub votes: u32,
}

impl std::fmt::Debug for CallRecord<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Who the voter is stays out of logs.
        f.debug_struct("CallRecord")
            .field("contact_id", &self.contact_id)
            .field("stage", &self.stage)
            .field("votes", &self.votes)
            .finish_non_exhaustive()
    }
}

/// That a call took place.
#[async_trait]
pub trait CallLogPort: Send + Sync {
    /// Notes how far a call came, replacing what was noted of it before. Safe to repeat. Bounded
    /// by 300 ms beside the turn's own work; a failure is one log line.
    async fn record(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<(), Outage>;
}
