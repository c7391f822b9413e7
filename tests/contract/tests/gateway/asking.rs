//! What the engine asks, by the adapters of the Lambda: the happy answers, and what a change in the
//! database makes of them.

use std::io::Write as _;

use anyhow::{bail, ensure};
use chrono::{DateTime, Utc};
use ivr_core::caller::{Caller, E164};
use ivr_core::ports::{
    Availability, BlacklistPort as _, CallLogPort as _, CallRecord, CallStage,
    CastVoteHistoryPort as _, ElectionStatusPort as _, HistoryFor, Outage, ReadError, ServiceToken,
};
use ivr_core::publication::AllowedBallots;
use ivr_core::secret::Secret;
use uuid::Uuid;

use super::house::House;

const NUMBER: &str = "+15195550123";

fn number(text: &str) -> anyhow::Result<E164> {
    E164::strict(text).ok_or_else(|| anyhow::anyhow!("not a number"))
}

/// What is open, from the columns as the platform writes them and as it leaves them out (facts 7).
pub(crate) fn status(house: &House) -> anyhow::Result<()> {
    use Availability::{Closed, NotByPhone, NotStarted, Open, Paused};
    let adapters = house.adapters()?;
    let [first, second] = house.elections;
    let event = house.route.election_event_id;
    // What is changed before the question, and what the first election is then.
    let cases = [
        ("SELECT 1", Open),
        ("UPDATE election SET status = '{\"telephone_voting_status\": \"PAUSED\"}'", Paused),
        ("UPDATE election SET status = '{\"telephone_voting_status\": \"CLOSED\"}'", Closed),
        ("UPDATE election SET status = '{\"voting_status\": \"OPEN\"}'", NotStarted),
        ("UPDATE election SET status = '{\"telephone_voting_status\": null}'", NotStarted),
        ("UPDATE election SET status = NULL", NotStarted),
        ("UPDATE election SET status = '{\"telephone_voting_status\": \"OPEN\"}'", Open),
        ("UPDATE election SET voting_channels = '{\"online\": true}'", NotByPhone),
        ("UPDATE election SET voting_channels = '{\"telephone\": false}'", NotByPhone),
        ("UPDATE election SET voting_channels = NULL", NotByPhone),
        ("UPDATE election SET voting_channels = '{\"telephone\": true, \"online\": null}'", Open),
        ("UPDATE election_event SET status = '{\"telephone_voting_status\": \"PAUSED\"}'", Paused),
        ("UPDATE election_event SET status = NULL", NotStarted),
        ("UPDATE election_event SET status = '{\"telephone_voting_status\": \"OPEN\"}'", Open),
        ("UPDATE election_event SET is_archived = true", Closed),
        ("UPDATE election_event SET is_archived = false", Open),
    ];
    for (sql, wanted) in cases {
        let sql = match sql.split_once(' ') {
            Some(("UPDATE", rest)) => {
                let id = if rest.starts_with("election_event") { event } else { first };
                format!("UPDATE sequent_backend.{rest} WHERE id = '{id}'")
            }
            _ => sql.to_owned(),
        };
        house.sql(&sql)?;
        let answer = house.wait(async {
            Ok(adapters.status.availability(&house.route, &house.voter, house.soon()).await?)
        })?;
        ensure!(answer.len() == 2, "{answer:?}");
        ensure!(answer.get(&first) == Some(&wanted), "{sql}: {answer:?}");
        let of_event = sql.contains("election_event");
        ensure!(of_event || answer.get(&second) == Some(&Open), "{sql}: {answer:?}");
    }
    Ok(())
}

/// The voter's own ballots of this event, and how many each election takes.
pub(crate) fn history(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let [first, second] = house.elections;
    let (tenant, event) = (house.route.tenant_id, house.route.election_event_id);
    let (area, voter) = (house.area, &house.voter_id);
    let elsewhere = Uuid::new_v4();
    house.sql(&format!(
        "UPDATE sequent_backend.election SET num_allowed_revotes = 3 WHERE id = '{first}';
         UPDATE sequent_backend.election SET num_allowed_revotes = NULL WHERE id = '{second}';
         INSERT INTO sequent_backend.election_event (id, tenant_id, name)
         VALUES ('{elsewhere}', '{tenant}', 'another');
         INSERT INTO sequent_backend.cast_vote (tenant_id, election_event_id, area_id, election_id,
           voter_id_string, ballot_id, content)
         VALUES ('{tenant}', '{event}', '{area}', '{first}', '{voter}', 'one', 'sealed'),
           ('{tenant}', '{event}', '{area}', '{first}', '{voter}', 'two', 'sealed'),
           ('{tenant}', '{event}', '{area}', '{first}', '{tenant}', 'of another voter', 'sealed'),
           ('{tenant}', '{event}', '{area}', '{first}', NULL, 'of nobody', 'sealed'),
           ('{tenant}', '{elsewhere}', '{area}', '{first}', '{voter}', 'elsewhere', 'sealed');"
    ))?;
    for why in [HistoryFor::Entry, HistoryFor::AfterSend] {
        let history = house.wait(async {
            Ok(adapters.history.history(&house.route, &house.voter, why, house.soon()).await?)
        })?;
        ensure!(history.cast_in(first) == 2 && history.cast_in(second) == 0, "{history:?}");
        ensure!(history.has(first, "one") && history.has(first, "two"), "{history:?}");
        ensure!(history.ballots.len() == 2, "{history:?}");
        ensure!(history.allowed.get(&first) == Some(&AllowedBallots::AtMost(3)), "{history:?}");
        ensure!(history.allowed.get(&second) == Some(&AllowedBallots::AtMost(1)), "{history:?}");
    }
    Ok(())
}

/// A number is blocked however the carrier spells it; an entry without an event holds everywhere.
pub(crate) fn blacklist(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let (tenant, event) = (house.route.tenant_id, house.route.election_event_id);
    let (elsewhere, foreign) = (Uuid::new_v4(), Uuid::new_v4());
    let insert = "INSERT INTO sequent_backend.ivr_phone_blacklist \
        (tenant_id, election_event_id, phone_number) VALUES";
    house.sql(&format!(
        "INSERT INTO sequent_backend.tenant (id, slug) VALUES ('{foreign}', 'foreign');
         INSERT INTO sequent_backend.election_event (id, tenant_id, name)
         VALUES ('{elsewhere}', '{tenant}', 'another');
         SET \"ivr.actor\" = 'a-test';
         {insert} ('{tenant}', '{event}', '{NUMBER}'), ('{tenant}', NULL, '+15195550124'),
           ('{tenant}', '{elsewhere}', '+15195550125'), ('{foreign}', NULL, '+15195550126');"
    ))?;
    let ask = |number: &E164| {
        house.wait(async {
            let (route, token) = (&house.route, &house.service);
            Ok(adapters.blacklist.is_blacklisted(route, number, token, house.soon()).await?)
        })
    };
    for (text, blocked) in [
        (NUMBER, true),
        ("+15195550124", true),
        ("+15195550125", false),
        ("+15195550126", false),
        ("+15195550127", false),
    ] {
        ensure!(ask(&number(text)?)? == blocked, "{text}");
    }
    let dialled = number("+18005550100")?;
    for spelled in
        ["+1 519 555 0123", "(519) 555-0123", "5195550123", "1-519-555-0123", "+1.519.555.0123"]
    {
        match Caller::read(Some(spelled), Some(&dialled)) {
            Caller::Number(number) => ensure!(ask(&number)?, "{spelled}"),
            Caller::Withheld => bail!("{spelled} is no number"),
        }
    }
    for unreadable in ["519 555 0123", "5195550123", "+1 5195550123", "+05195550123", "+1519"] {
        let sql =
            format!("SET \"ivr.actor\" = 'a-test'; {insert} ('{tenant}', NULL, '{unreadable}')");
        ensure!(house.sql(&sql).is_err(), "the list took {unreadable}");
    }
    Ok(())
}

/// One row a call, whatever is repeated or comes late; its tenant and event are the token's.
pub(crate) fn call_log(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let started_at: DateTime<Utc> = "2026-05-01T10:00:00Z".parse()?;
    let caller = Caller::Number(number(NUMBER)?);
    let record = |stage, votes, voter_id| {
        let record = CallRecord {
            contact_id: "contact-1",
            caller: &caller,
            started_at,
            voter_id,
            stage,
            votes,
        };
        house.wait(async {
            let (route, token) = (&house.route, &house.service);
            Ok(adapters.call_log.record(route, &record, token, house.soon()).await?)
        })
    };
    record(CallStage::Started, 0, None)?;
    record(CallStage::LoggedIn, 0, Some("voter"))?;
    record(CallStage::Completed, 2, Some("voter"))?;
    record(CallStage::Completed, 2, Some("voter"))?;
    // What was sent first and arrives last.
    record(CallStage::LoggedIn, 0, Some("voter"))?;
    let row = house.gateway.value(
        "SELECT concat_ws(' ', tenant_id, election_event_id, phone_e164, stage, votes, voter_id)
         FROM sequent_backend.ivr_call_log",
    )?;
    let (tenant, event) = (house.route.tenant_id, house.route.election_event_id);
    ensure!(row == format!("{tenant} {event} {NUMBER} completed 2 voter"), "{row}");
    let caller = Caller::Withheld;
    let record = CallRecord {
        contact_id: "contact-2",
        caller: &caller,
        started_at,
        voter_id: None,
        stage: CallStage::Started,
        votes: 0,
    };
    house.wait(async {
        let (route, token) = (&house.route, &house.service);
        Ok(adapters.call_log.record(route, &record, token, house.soon()).await?)
    })?;
    let withheld = "SELECT withheld::text || count(*) OVER () FROM sequent_backend.ivr_call_log
        ORDER BY contact_id DESC";
    ensure!(house.gateway.value(withheld)? == "true2", "a withheld number");
    Ok(())
}

/// How many round trips a question costs, and how many bytes; the figures are printed.
pub(crate) fn figures(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let (number, caller) = (number(NUMBER)?, Caller::Number(number(NUMBER)?));
    let record = CallRecord {
        contact_id: "00000000-0000-4000-8000-000000000001",
        caller: &caller,
        started_at: Utc::now(),
        voter_id: None,
        stage: CallStage::Started,
        votes: 0,
    };
    house.wait(async {
        let (route, voter, service, soon) =
            (&house.route, &house.voter, &house.service, house.soon());
        adapters.status.availability(route, voter, soon).await?;
        adapters.history.history(route, voter, HistoryFor::Entry, soon).await?;
        adapters.blacklist.is_blacklisted(route, &number, service, soon).await?;
        adapters.call_log.record(route, &record, service, soon).await?;
        Ok(())
    })?;
    let sums = adapters.totals.sums();
    for ((_, operation), of) in &sums.operations {
        let requests = of.requests();
        let each = |bytes: usize| bytes as u64 / requests.max(1);
        let _ = writeln!(
            std::io::stderr(),
            "{operation}: {requests} request(s), {} bytes there, {} back, each",
            each(of.sent),
            each(of.received)
        );
    }
    let requests: Vec<_> =
        sums.operations.iter().map(|((_, name), of)| (*name, of.requests())).collect();
    // The elections are asked for twice: for what is open, and for how many ballots each takes.
    let wanted = [
        ("GetCastVotes", 1),
        ("GetElectionEventStatus", 1),
        ("GetElections", 2),
        ("IsPhoneBlacklisted", 1),
        ("RecordCall", 1),
    ];
    ensure!(requests == wanted, "{requests:?}");
    Ok(())
}

/// Whoever asks with the wrong token hears nothing, or no.
pub(crate) fn wrong_tokens(house: &House) -> anyhow::Result<()> {
    let adapters = house.adapters()?;
    let number = number(NUMBER)?;
    house.wait(async {
        // The service is no voter, a voter is no service.
        let as_voter = house.service.0.clone();
        let (route, soon) = (&house.route, house.soon());
        match adapters.status.availability(route, &as_voter, soon).await {
            Err(ReadError::Outage(Outage::Misconfigured { .. })) => {}
            other => bail!("the service as a voter: {other:?}"),
        }
        let as_service = ServiceToken(house.voter.clone());
        match adapters.blacklist.is_blacklisted(route, &number, &as_service, soon).await {
            Err(Outage::Misconfigured { detail, .. }) => {
                ensure!(detail.contains("not in allowed roles"), "{detail}");
            }
            other => bail!("a voter as the service: {other:?}"),
        }
        // Somebody else's event: not there for the voter, an empty list for the service.
        let mut other = house.route.clone();
        other.election_event_id = Uuid::new_v4();
        match adapters.status.availability(&other, &house.voter, soon).await {
            Err(ReadError::Outage(Outage::Misconfigured { .. })) => {}
            answer => bail!("an event that is not there: {answer:?}"),
        }
        ensure!(!adapters.blacklist.is_blacklisted(&other, &number, &house.service, soon).await?);
        // Words, not a token.
        let nonsense = Secret::new("nonsense".to_owned());
        match adapters.status.availability(route, &nonsense, soon).await {
            Err(ReadError::Outage(Outage::Misconfigured { detail, .. })) => {
                ensure!(!detail.contains("nonsense"), "{detail}");
                Ok(())
            }
            other => bail!("words: {other:?}"),
        }
    })
}
