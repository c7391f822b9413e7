//! [`FakeHarvest`]: takes ballots by the platform's rules, in the platform's order (facts 4.3).

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use ivr_ballot::BallotKind;
use ivr_ballot::verify::{VerifyError, verify};
use uuid::Uuid;

use super::config::FakeConfig;
use super::shared::{AcceptedBallot, LateBallot, Shared, Tables};
use super::state::RecordedBallot;
use crate::ports::{
    Backend, CastReply, CastRequest, Deadline, Outage, VoteCastingPort, VoterClaims, VotingStatus,
    classify_refusal,
};
use crate::publication::{AllowedBallots, Publication};
use crate::route::Route;
use crate::secret::Secret;

/// Harvest sleeps 100, 200, 400, 800 and 1600 ms between six tries before it refuses (facts 4.4).
const RETRIES: TimeDelta = TimeDelta::milliseconds(3100);

/// Takes ballots and keeps them.
pub struct FakeHarvest(pub(super) Arc<Shared>);

/// A refusal as it is on the wire, and whether Harvest tries six times before it says so.
struct Refusal {
    status: u16,
    code: Option<&'static str>,
    tried_again: bool,
}

impl Refusal {
    /// By what stands before the handler: no code of the platform.
    const fn at_the_door(status: u16) -> Self {
        Self { status, code: None, tried_again: false }
    }

    const fn at_once(status: u16, code: &'static str) -> Self {
        Self { status, code: Some(code), tried_again: false }
    }

    const fn after_retries(status: u16, code: &'static str) -> Self {
        Self { status, code: Some(code), tried_again: true }
    }
}

#[async_trait]
impl VoteCastingPort for FakeHarvest {
    async fn cast(
        &self,
        _route: &Route,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
        within: Deadline,
    ) -> CastReply {
        let Err(refusal) = self.insert_cast_vote(request, access_token) else {
            return CastReply::Recorded;
        };
        if refusal.tried_again && self.0.clock.is_virtual() {
            let refused_at = self.0.clock.now() + RETRIES;
            self.0.clock.sleep_until(refused_at.min(within.0)).await;
            if within.0 < refused_at {
                return CastReply::NoReply(Outage::TimedOut { backend: Backend::Harvest });
            }
        }
        classify_refusal(Backend::Harvest, refusal.status, refusal.code, request.allowed)
    }
}

impl FakeHarvest {
    fn insert_cast_vote(
        &self,
        request: CastRequest<'_>,
        access_token: &Secret<String>,
    ) -> Result<(), Refusal> {
        self.0.settle();
        // The signature is looked at by nobody; an expired token by whoever stands before Harvest.
        let claims = self.0.voter(access_token).ok_or(Refusal::at_the_door(401))?;
        let election_id: Uuid =
            request.election_id.parse().map_err(|_| Refusal::at_the_door(422))?;
        let area_id = authorize(&claims, request.election_id)?;

        let config = self.0.config();
        check_area(&config.publication, &claims, area_id)?;
        let kind = ballot_kind(&config.publication);
        verify(request.ballot_id, request.content, request.election_id, kind)
            .map_err(|error| Refusal::at_once(wire_status(&error), wire_code(&error)))?;

        let ballot = RecordedBallot {
            user_id: claims.user_id,
            area_id: Some(area_id),
            election_id,
            ballot_id: request.ballot_id.to_owned(),
        };
        let mut tables = self.0.tables();
        let arrives = self.0.arrival().take();
        if let Some(arrives) = arrives {
            // Nobody waits for the reply any more.
            let content = request.content.to_owned();
            tables.late.push(LateBallot { arrives, ballot, content });
            return Ok(());
        }
        insert(&config, &mut tables, ballot, request.content)
    }
}

/// The last checks, in the transaction that inserts.
fn insert(
    config: &FakeConfig,
    tables: &mut Tables,
    ballot: RecordedBallot,
    content: &str,
) -> Result<(), Refusal> {
    check_status(config, ballot.election_id)?;
    check_votes(config, tables, &ballot)?;
    check_unique(config, tables, &ballot)?;
    tables.accepted.push(AcceptedBallot {
        election_id: ballot.election_id.to_string(),
        ballot_id: ballot.ballot_id.clone(),
        content: content.to_owned(),
        user_id: ballot.user_id.clone(),
    });
    tables.ballots.push(ballot);
    Ok(())
}

impl Shared {
    /// Judges the ballots that arrived late by now, in the order of their arrival. Whoever looks
    /// at recorded ballots asks for this first.
    pub(super) fn settle(&self) {
        let now = self.clock.now();
        let config = self.config();
        let mut tables = self.tables();
        let (mut arrived, late): (Vec<_>, Vec<_>) =
            std::mem::take(&mut tables.late).into_iter().partition(|late| late.arrives <= now);
        tables.late = late;
        arrived.sort_by_key(|late| late.arrives);
        for LateBallot { ballot, content, .. } in arrived {
            // A refusal is told to nobody.
            let _ = insert(&config, &mut tables, ballot, &content);
        }
    }
}

/// An area, and the election among the authorized ones, by its exact text. The area.
fn authorize(claims: &VoterClaims, election_id: &str) -> Result<Uuid, Refusal> {
    let authorized = claims.authorized_election_ids.iter();
    match claims.area_id {
        Some(area) if authorized.map(Uuid::to_string).any(|id| id == election_id) => Ok(area),
        Some(_) | None => Err(Refusal::at_once(401, "Unauthorized")),
    }
}

/// The area is one of the tenant's; it fixes the event, which is there with it.
fn check_area(
    publication: &Publication,
    claims: &VoterClaims,
    area_id: Uuid,
) -> Result<(), Refusal> {
    let known = claims.tenant_id == Some(publication.event.tenant_id)
        && publication.ballots.iter().any(|ballot| ballot.area_id == area_id);
    if known { Ok(()) } else { Err(Refusal::after_retries(404, "AreaNotFound")) }
}

/// The kind of ballots, which is the event's to say.
fn ballot_kind(publication: &Publication) -> BallotKind {
    let mut styles = publication.ballots.iter().filter_map(|ballot| ballot.style.as_ref().ok());
    styles.next().map_or(BallotKind::SingleContest, |style| style.kind())
}

fn wire_status(error: &VerifyError) -> u16 {
    if matches!(error, VerifyError::BallotVoterSignatureFailed) { 500 } else { 400 }
}

fn wire_code(error: &VerifyError) -> &'static str {
    match error {
        VerifyError::BallotVoterSignatureFailed => "InternalServerError",
        other => other.platform_name(),
    }
}

/// The election's status only: an event that pauses does not stop a ballot.
fn check_status(config: &FakeConfig, election_id: Uuid) -> Result<(), Refusal> {
    let open = config.publication.elections.iter().any(|election| election.id == election_id)
        && !config.telephone_disabled.contains(&election_id)
        && config.status_of(election_id) == VotingStatus::Open;
    if open { Ok(()) } else { Err(Refusal::after_retries(401, "CheckStatusFailed")) }
}

fn check_votes(
    config: &FakeConfig,
    tables: &Tables,
    ballot: &RecordedBallot,
) -> Result<(), Refusal> {
    let of_the_voter = |known: &&RecordedBallot| {
        known.user_id == ballot.user_id && known.election_id == ballot.election_id
    };
    let (here, elsewhere): (Vec<_>, Vec<_>) = tables
        .ballots
        .iter()
        .filter(of_the_voter)
        .partition(|known| known.is_of_area(ballot.area_id));
    if !elsewhere.is_empty() {
        return Err(Refusal::after_retries(400, "CheckVotesInOtherAreasFailed"));
    }
    let elections = &config.publication.elections;
    let allowed = elections
        .iter()
        .find(|election| election.id == ballot.election_id)
        .map_or(AllowedBallots::AtMost(1), |election| election.allowed_ballots);
    if allowed.left_after(u32::try_from(here.len()).unwrap_or(u32::MAX)) {
        Ok(())
    } else {
        Err(Refusal::after_retries(400, "CheckRevotesFailed"))
    }
}

/// The constraint that the platform does not have yet: our patch adds it (DECISIONS 67).
fn check_unique(
    config: &FakeConfig,
    tables: &Tables,
    ballot: &RecordedBallot,
) -> Result<(), Refusal> {
    let same = |known: &&RecordedBallot| {
        known.election_id == ballot.election_id && known.ballot_id == ballot.ballot_id
    };
    match tables.ballots.iter().find(same).filter(|_| config.unique_ballot_id) {
        None => Ok(()),
        Some(known) if known.user_id == ballot.user_id => {
            Err(Refusal::at_once(400, "DuplicateVote"))
        }
        // Somebody else's ballot, copied: a matter of integrity.
        Some(_) => Err(Refusal::at_once(400, "BallotIdMismatch")),
    }
}
