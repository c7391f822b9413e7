//! The questions to Hasura: each document in its role.

use std::collections::BTreeMap;
use std::sync::Arc;

use ivr_core::caller::{Caller, E164};
use ivr_core::ports::{
    Availability, Backend, BlacklistPort as _, CallLogPort as _, CallRecord, CallStage, Clock as _,
    Credential, ServiceTokenPort as _, VotingStatus,
};
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::asking::{Asking, Outcome, Rounds, read, record, told};
use super::identity::{NO_VOTER, log_out, tokens};
use super::report::{Bytes, Finding, Report};
use crate::adapters::hasura::documents::{
    Document, GetCastVotes, GetElectionEventStatus, GetElections, IsPhoneBlacklisted, RecordCall,
    get_cast_votes, get_election_event_status, get_elections,
};
use crate::adapters::hasura::{Cover, status};
use crate::live::{LiveHasura, LiveKeycloak, SystemClock};

const BLACKLIST: &str = "blacklist, as can_read_phone_blacklist";
const CALL_LOG: &str = "record of a call, as can_record_ivr_call";
const EVENT: &str = "status of the event, as user";
const ELECTIONS: &str = "elections, as user";
const BALLOTS: &str = "the voter's ballots, as user";
/// A number that nobody has.
const NUMBER: &str = "+15195550100";
/// The doctor's row of the call log: one for each event, of a caller without a number.
const CONTACT: &str = "step-ivr-doctor";

struct Gateway {
    keycloak: Arc<LiveKeycloak>,
    hasura: LiveHasura,
    route: Route,
}

/// Asks everything that a call asks of the gateway.
pub(super) async fn ask(
    keycloak: Arc<LiveKeycloak>,
    hasura: LiveHasura,
    voter: Option<&[Credential]>,
    rounds: Rounds,
    report: &mut Report,
) -> anyhow::Result<()> {
    let asking = Asking { http: Arc::clone(&keycloak.http), rounds };
    let route = Route { hasura_url: hasura.url.clone(), ..keycloak.route.clone() };
    let gateway = Arc::new(Gateway { keycloak, hasura, route });
    let with = |finding, operation| gateway.with_bytes(finding, operation);
    let finding = asking.often(BLACKLIST, || blacklist(Arc::clone(&gateway))).await;
    report.say(&with(finding, IsPhoneBlacklisted::NAME))?;
    let finding = asking.often(CALL_LOG, || call_log(Arc::clone(&gateway))).await;
    report.say(&with(finding, RecordCall::NAME))?;

    let questions = [EVENT, ELECTIONS, BALLOTS];
    let Some(credentials) = voter else {
        return questions.iter().try_for_each(|q| report.say(&Finding::not_tried(q, NO_VOTER)));
    };
    let voter = match tokens(&gateway.keycloak, credentials).await {
        Ok(voter) => voter,
        Err(why) => {
            return questions.iter().try_for_each(|q| report.say(&Finding::failed(q, why.clone())));
        }
    };
    let token = &voter.access_token;
    let finding = asking.often(EVENT, || event(Arc::clone(&gateway), token.clone())).await;
    report.say(&with(finding, GetElectionEventStatus::NAME))?;
    let finding = asking.often(ELECTIONS, || elections(Arc::clone(&gateway), token.clone())).await;
    report.say(&with(finding, GetElections::NAME))?;
    let finding = asking.often(BALLOTS, || ballots(Arc::clone(&gateway), token.clone())).await;
    report.say(&with(finding, GetCastVotes::NAME))?;
    if let Err(why) = log_out(&gateway.keycloak, &voter).await {
        report.say(&Finding::failed("logout of the voter", why))?;
    }
    Ok(())
}

impl Gateway {
    /// Each document is asked under one question only, so its sums are the question's.
    fn with_bytes(&self, finding: Finding, operation: &'static str) -> Finding {
        let sums = self.hasura.totals.sums();
        let bytes = sums
            .operations
            .get(&(Backend::Hasura, operation))
            .map(|of| Bytes { sent: of.sent, received: of.received });
        Finding { bytes, ..finding }
    }

    async fn document<D: Document>(
        &self,
        token: &Secret<String>,
        variables: D::Variables,
    ) -> Result<D::ResponseData, String> {
        let client = &self.hasura.client;
        let question = client.question(&self.route.hasura_url, token, Cover::Guarded, read()).await;
        question.map_err(|e| told(&e))?.ask::<D>(variables).await.map_err(|e| told(&e))
    }
}

async fn blacklist(gateway: Arc<Gateway>) -> Outcome {
    let Gateway { keycloak, hasura, route } = gateway.as_ref();
    let token = keycloak.get_service_token(route, read()).await.map_err(|e| told(&e))?;
    let number = E164::strict(NUMBER).ok_or("not a number")?;
    let blocked = hasura.is_blacklisted(route, &number, &token, read()).await;
    Ok(match blocked.map_err(|e| told(&e))? {
        false => (format!("answered; {NUMBER} is not blocked"), None),
        true => (format!("answered; {NUMBER} is blocked"), None),
    })
}

async fn call_log(gateway: Arc<Gateway>) -> Outcome {
    let Gateway { keycloak, hasura, route } = gateway.as_ref();
    let token = keycloak.get_service_token(route, read()).await.map_err(|e| told(&e))?;
    let call = CallRecord {
        contact_id: CONTACT,
        caller: &Caller::Withheld,
        started_at: SystemClock.now(),
        voter_id: None,
        stage: CallStage::Completed,
        votes: 0,
    };
    hasura.record(route, &call, &token, record()).await.map_err(|e| told(&e))?;
    Ok((format!("written, as contact {CONTACT} without a number"), None))
}

async fn event(gateway: Arc<Gateway>, token: Secret<String>) -> Outcome {
    let event_id = gateway.route.election_event_id;
    let variables = get_election_event_status::Variables { event_id };
    let answer = gateway.document::<GetElectionEventStatus>(&token, variables).await?;
    let status = status::event_status(&answer).map_err(|e| told(&e))?;
    let word = match status {
        VotingStatus::NotStarted => "has not begun",
        VotingStatus::Open => "open",
        VotingStatus::Paused => "paused",
        VotingStatus::Closed => "over",
    };
    Ok((format!("by telephone: {word}"), None))
}

async fn elections(gateway: Arc<Gateway>, token: Secret<String>) -> Outcome {
    let event_id = gateway.route.election_event_id;
    let variables = get_elections::Variables { event_id };
    let answer = gateway.document::<GetElections>(&token, variables).await?;
    let rows = answer.sequent_backend_election;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        // Of the election alone; the event's own status has its own line.
        let word = match status::election(VotingStatus::Open, row) {
            Ok(Availability::Open) => "open",
            Ok(Availability::Paused) => "paused",
            Ok(Availability::NotStarted) => "not begun",
            Ok(Availability::Closed) => "over",
            Ok(Availability::NotByPhone) => "not by telephone",
            Err(status::Unreadable) => "with a status that cannot be read",
        };
        *counts.entry(word).or_default() += 1;
    }
    if rows.is_empty() {
        return Err("no election of the event can be seen".to_owned());
    }
    let counts = counts.iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>();
    Ok((counts.join(", "), None))
}

async fn ballots(gateway: Arc<Gateway>, token: Secret<String>) -> Outcome {
    let event_id = gateway.route.election_event_id;
    let variables = get_cast_votes::Variables { event_id };
    let answer = gateway.document::<GetCastVotes>(&token, variables).await?;
    Ok((format!("{} cast", answer.sequent_backend_cast_vote.len()), None))
}
