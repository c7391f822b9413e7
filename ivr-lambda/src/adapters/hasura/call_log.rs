//! [`HasuraCallLog`]: that somebody called (DECISIONS 65, ADR 0026, 0055).

use std::sync::Arc;

use async_trait::async_trait;
use ivr_core::caller::Caller;
use ivr_core::ports::{CallLogPort, CallRecord, CallStage, Deadline, Outage, ServiceToken};
use ivr_core::route::Route;

use super::client::{Cover, HasuraClient};
use super::documents::{RecordCall, record_call};
use super::failure::Failure;
use super::service::{RenewToken, with_token};

/// The record of calls, written with a token of the service. The row's tenant and event are the
/// token's.
pub struct HasuraCallLog {
    client: Arc<HasuraClient>,
    renewal: Option<Arc<dyn RenewToken>>,
}

impl std::fmt::Debug for HasuraCallLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HasuraCallLog").field("client", &self.client).finish_non_exhaustive()
    }
}

impl HasuraCallLog {
    /// Through a client; a token that the gateway refuses is replaced by `renewal`, once.
    pub fn new(client: Arc<HasuraClient>, renewal: Option<Arc<dyn RenewToken>>) -> Self {
        Self { client, renewal }
    }

    async fn ask(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: ServiceToken,
        within: Deadline,
    ) -> Result<(), Failure> {
        // A third of a second each: too short to blame the host, and too little to spare.
        let question =
            self.client.question(&route.hasura_url, &token.0, Cover::Always, within).await?;
        let answer = question.ask::<RecordCall>(variables(record)).await?;
        match answer.insert_sequent_backend_ivr_call_log {
            Some(written) if written.affected_rows == 1 => Ok(()),
            _ => Err(Failure::Unusable("the record of a call reached no row")),
        }
    }
}

#[async_trait]
impl CallLogPort for HasuraCallLog {
    async fn record(
        &self,
        route: &Route,
        record: &CallRecord<'_>,
        token: &ServiceToken,
        within: Deadline,
    ) -> Result<(), Outage> {
        let ask = |token| self.ask(route, record, token, within);
        let answer = with_token(self.renewal.as_ref(), route, token, within, ask).await;
        answer.map_err(Failure::outage)
    }
}

fn variables(record: &CallRecord<'_>) -> record_call::Variables {
    let phone_number = match record.caller {
        Caller::Number(number) => Some(number.expose().to_owned()),
        Caller::Withheld => None,
    };
    let stage = match record.stage {
        CallStage::Started => "started",
        CallStage::LoggedIn => "logged_in",
        CallStage::Completed => "completed",
        CallStage::Disconnected => "disconnected",
    };
    record_call::Variables {
        contact_id: record.contact_id.to_owned(),
        phone_number,
        voter_id: record.voter_id.map(str::to_owned),
        stage: stage.to_owned(),
        votes: i64::from(record.votes).min(i64::from(i32::MAX)),
        started_at: record.started_at,
    }
}
