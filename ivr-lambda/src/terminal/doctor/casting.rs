//! The question to Harvest: a cast that it must refuse.

use std::sync::Arc;

use ivr_core::ports::{
    CastReply, CastRequest, CastVoteRejection, Credential, VoteCastingPort as _,
};
use ivr_core::publication::AllowedBallots;
use ivr_core::route::Route;
use ivr_core::secret::Secret;

use super::asking::{Asking, Outcome, Rounds, cast, told};
use super::identity::{NO_VOTER, log_out, tokens};
use super::report::{Finding, Report};
use crate::live::{LiveHarvest, LiveKeycloak};

const CASTING: &str = "cast of a ballot in an election that is not there";
/// An election that no voter is authorized for, so that this comes before everything else.
const NO_ELECTION: &str = "00000000-0000-0000-0000-000000000000";
/// The hash of no ballot.
const NO_BALLOT: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Asks what a call asks of Harvest, without a ballot.
pub(super) async fn ask(
    keycloak: Arc<LiveKeycloak>,
    harvest: LiveHarvest,
    hasura_url: &str,
    voter: Option<&[Credential]>,
    rounds: Rounds,
    report: &mut Report,
) -> anyhow::Result<()> {
    let Some(credentials) = voter else {
        return report.say(&Finding::not_tried(CASTING, NO_VOTER));
    };
    let voter = match tokens(&keycloak, credentials).await {
        Ok(voter) => voter,
        Err(why) => return report.say(&Finding::failed(CASTING, why)),
    };
    let route = Route {
        harvest_url: harvest.url.clone(),
        hasura_url: hasura_url.to_owned(),
        ..keycloak.route.clone()
    };
    let asked = Arc::new((harvest, route));
    let asking = Asking { http: Arc::clone(&keycloak.http), rounds };
    let finding =
        asking.often(CASTING, || refused(Arc::clone(&asked), voter.access_token.clone())).await;
    report.say(&finding)?;
    if let Err(why) = log_out(&keycloak, &voter).await {
        report.say(&Finding::failed("logout of the voter", why))?;
    }
    Ok(())
}

async fn refused(asked: Arc<(LiveHarvest, Route)>, token: Secret<String>) -> Outcome {
    let (harvest, route) = asked.as_ref();
    let request = CastRequest {
        election_id: NO_ELECTION,
        ballot_id: NO_BALLOT,
        content: "{}",
        allowed: AllowedBallots::AtMost(1),
    };
    match harvest.cast(route, request, &token, cast()).await {
        // The same code for a client that may not vote: the platform tells them apart in words only.
        // So this shows that Harvest is there and reads the token, and no more.
        CastReply::Rejected(CastVoteRejection::Other(code)) if code == "Unauthorized" => Ok((
            "refused, as it must be; whether this client may vote is not shown".to_owned(),
            None,
        )),
        CastReply::Rejected(why) => Err(format!("refused in an unexpected way: {}", why.code())),
        CastReply::Misrouted(code) => Err(format!("misrouted: {code}")),
        CastReply::Recorded => Err("recorded, which cannot be".to_owned()),
        CastReply::NoReply(outage) => Err(told(&outage)),
    }
}
