//! What can be wrong with a cast: one fault for each check, in the order of the checks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ivr_ballot::BallotKind;
use ivr_ballot::verify::{VerifyError, verify};
use serde_json::{Value, json};

use crate::fixture::Ballot;
use crate::voter::{HASURA, Voter};
use crate::world::{Heard, World, arguments, seed};

/// A cast, and what is to be broken of it.
pub(crate) struct Case {
    voter: Voter,
    /// The claims that are broken already.
    broken: Vec<String>,
    kind: &'static str,
    garbled: Vec<Garbled>,
    sql: Vec<String>,
}

/// What is broken when everything else is settled.
#[derive(PartialEq)]
enum Garbled {
    Token,
    Body,
    Uuid,
    Document,
    Version,
    Contests,
    Id,
    Proof,
    Signature,
}

pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// What the message contains.
    pub(crate) message: &'static str,
    /// How often the cast is executed: not at all before the handler, once, or six times.
    pub(crate) executions: u64,
    make: fn(&mut Case),
}

const fn fault(
    name: &'static str,
    status: u16,
    code: &'static str,
    message: &'static str,
    executions: u64,
    make: fn(&mut Case),
) -> Fault {
    Fault { name, status, code, message, executions, make }
}

/// One fault a check (facts 4.3).
pub(crate) const ORDER: &[Fault] = &[
    fault("content type", 404, "-", "Not found", 0, |case| case.kind = "text/plain"),
    fault("token", 401, "-", "Unknown Error", 0, |case| case.garbled.push(Garbled::Token)),
    fault("body", 400, "-", "Unknown Error", 0, |case| case.garbled.push(Garbled::Body)),
    fault("uuid", 422, "-", "Unknown Error", 0, |case| case.garbled.push(Garbled::Uuid)),
    fault("role", 401, "Unauthorized", "role user", 0, |case| {
        case.hasura("x-hasura-allowed-roles", json!(["service-account"]));
    }),
    fault("area's claim", 401, "Unauthorized", "area", 0, |case| {
        case.hasura("x-hasura-area-id", Value::Null);
    }),
    fault("elections' claim", 401, "Unauthorized", "Not authorized to election", 0, |case| {
        case.hasura("authorized-election-ids", json!([uuid::Uuid::new_v4()]));
    }),
    fault("client", 401, "Unauthorized", "Unknown Client", 0, |case| {
        case.voter.claims["azp"] = json!("ivr-service");
    }),
    fault("tenant's uuid", 400, "GetAreaIdFailed", "GetAreaIdFailed", 6, |case| {
        case.hasura("x-hasura-tenant-id", json!("town"));
    }),
    fault("area's uuid", 400, "GetAreaIdFailed", "GetAreaIdFailed", 6, |case| {
        case.hasura("x-hasura-area-id", json!("ward 3"));
    }),
    fault("area", 404, "AreaNotFound", "AreaNotFound", 6, |case| {
        case.hasura("x-hasura-area-id", json!(uuid::Uuid::new_v4()));
    }),
    fault("event", 404, "ElectionEventNotFound", "ElectionEventNotFound", 6, |case| {
        case.sql(
            r#"UPDATE sequent_backend.election_event
               SET presentation = '{"i18n": {"en": {"name": {"not": "a text"}}}}'"#,
        );
    }),
    fault("document", 400, "DeserializeBallotFailed", "DeserializeBallotFailed", 1, |case| {
        case.garbled.push(Garbled::Document);
    }),
    fault("version", 400, "DeserializeBallotFailed", "DeserializeBallotFailed", 1, |case| {
        case.garbled.push(Garbled::Version);
    }),
    fault("contests", 500, "InternalServerError", "InternalServerError", 1, |case| {
        case.garbled.push(Garbled::Contests);
    }),
    fault("ballot id", 400, "BallotIdMismatch", "Expected ", 1, |case| {
        case.garbled.push(Garbled::Id);
    }),
    fault("proof", 400, "PokValidationFailed", "PokValidationFailed", 1, |case| {
        case.garbled.push(Garbled::Proof);
    }),
    fault("signature", 500, "InternalServerError", "InternalServerError", 1, |case| {
        case.garbled.push(Garbled::Signature);
    }),
    fault("board", 404, "ElectoralLogNotFound", "ElectoralLogNotFound", 6, |case| {
        case.sql("UPDATE sequent_backend.election_event SET bulletin_board_reference = NULL");
    }),
    fault(
        "area's presentation",
        400,
        "DeserializeAreaPresentationFailed",
        "DeserializeAreaPresentationFailed",
        6,
        |case| {
            case.sql(
                r#"UPDATE sequent_backend.area SET presentation = '{"allow_early_voting": "maybe"}'
                   WHERE id = $A"#,
            );
        },
    ),
    fault("twice", 400, "DuplicateVote", "recorded already", 1, |case| {
        case.vote("$A", "$B");
    }),
    fault("archived", 401, "CheckStatusFailed", "archived", 6, |case| {
        case.sql("UPDATE sequent_backend.election_event SET is_archived = true");
    }),
    fault("login", 401, "CheckStatusFailed", "auth_time is not a valid integer", 6, |case| {
        drop(case.voter.claims.as_object_mut().unwrap().remove("auth_time"));
    }),
    fault("election", 500, "InternalServerError", "InternalServerError", 6, |case| {
        case.sql("DELETE FROM sequent_backend.election WHERE id = $E");
    }),
    fault("election's status", 500, "InternalServerError", "InternalServerError", 6, |case| {
        case.sql(
            r#"UPDATE sequent_backend.election
               SET status = jsonb_set(status, '{early_voting_status}', '"MAYBE"') WHERE id = $E"#,
        );
    }),
    fault("channel", 401, "VotingChannelNotEnabled", "VotingChannelNotEnabled", 6, |case| {
        case.sql(
            r#"UPDATE sequent_backend.election SET voting_channels = '{"online": true}'
               WHERE id = $E"#,
        );
    }),
    fault("status", 401, "CheckStatusFailed", "not open", 6, |case| {
        case.sql(
            r#"UPDATE sequent_backend.election
               SET status = jsonb_set(status, '{telephone_voting_status}', '"PAUSED"')
               WHERE id = $E"#,
        );
    }),
    fault("stopped", 401, "CheckStatusFailed", "voting period", 6, |case| {
        case.sql(
            r#"UPDATE sequent_backend.election SET status = jsonb_set(status,
                 '{telephone_voting_period_dates,last_stopped_at}', '"2025-01-01T00:00:00Z"')
               WHERE id = $E"#,
        );
    }),
    fault("limit", 400, "CheckRevotesFailed", "maximum votes reached", 6, |case| {
        case.vote("$A", "'other'");
    }),
    fault("other area", 400, "CheckVotesInOtherAreasFailed", "other area", 6, |case| {
        case.vote("gen_random_uuid()", "'one'");
    }),
];

impl Case {
    pub(crate) fn of(world: &World, faults: &[&Fault]) -> Self {
        let mut case = Self {
            voter: world.voter(),
            broken: Vec::new(),
            kind: "application/json",
            garbled: Vec::new(),
            sql: Vec::new(),
        };
        for fault in faults {
            (fault.make)(&mut case);
        }
        case
    }

    fn hasura(&mut self, claim: &str, value: Value) {
        // What an earlier fault made of it stays.
        if !self.broken.iter().any(|broken| broken == claim) {
            self.broken.push(claim.to_owned());
            self.voter.claims[HASURA][claim] = value;
        }
    }

    fn sql(&mut self, text: &str) {
        self.sql.push(text.to_owned());
    }

    /// A row of the voter's, past the triggers.
    fn vote(&mut self, area: &str, ballot: &str) {
        self.sql(&format!(
            "SET session_replication_role = replica;
             INSERT INTO sequent_backend.cast_vote
               (tenant_id, election_event_id, election_id, area_id, voter_id_string, ballot_id)
             VALUES ($T, $V, $E, {area}, '{}', {ballot});
             SET session_replication_role = DEFAULT",
            self.voter.id
        ));
    }

    /// Casts it into a box where nothing is but what the faults put there.
    pub(crate) async fn cast(&self, world: &World, valid: &Ballot) -> Heard {
        seed(&world.sql, &world.publication).await;
        for text in &self.sql {
            world.run(&text.replace("$B", &format!("'{}'", valid.ballot_id))).await;
        }
        let is = |what: Garbled| self.garbled.contains(&what);
        let mut body = arguments(&self.ballot(valid));
        if is(Garbled::Uuid) {
            body["election_id"] = json!("first");
        }
        let body = if is(Garbled::Body) { "{".to_owned() } else { body.to_string() };
        let mut voter = self.voter.clone();
        if is(Garbled::Token) {
            voter.claims.as_object_mut().unwrap().remove("acr");
        }
        world.send(world.post(&voter).header("content-type", self.kind).body(body)).await
    }

    /// The ballot, broken; its id is the broken one's unless the id is to be wrong.
    fn ballot(&self, valid: &Ballot) -> Ballot {
        let is = |what: Garbled| self.garbled.contains(&what);
        let mut content: Value = serde_json::from_str(&valid.content).unwrap();
        let mut ballot = valid.clone();
        if is(Garbled::Signature) {
            // Signed, and no part of the id.
            content["config"] = json!("another style");
        }
        if is(Garbled::Proof) {
            let mut bytes = STANDARD_NO_PAD.decode(content["contests"].as_str().unwrap()).unwrap();
            let response = bytes.len() - 32;
            bytes[response] ^= 1;
            content["contests"] = json!(STANDARD_NO_PAD.encode(bytes));
            let election = &valid.election_id;
            let verified = verify("", &content.to_string(), election, BallotKind::MultipleContests);
            let Err(VerifyError::BallotIdMismatch { computed, .. }) = verified else {
                panic!("{verified:?}");
            };
            ballot.ballot_id = computed;
        }
        if is(Garbled::Id) {
            ballot.ballot_id = valid.ballot_id.chars().rev().collect();
        }
        if is(Garbled::Contests) {
            content["contests"] = json!("AAAA");
        }
        if is(Garbled::Version) {
            content["version"] = json!(2);
        }
        ballot.content = content.to_string();
        if is(Garbled::Document) {
            ballot.content.truncate(40);
        }
        ballot
    }
}
