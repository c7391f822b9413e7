//! The stored form: round trips, sealing, padding, size, and forms of older code.

use std::collections::BTreeMap;

use chrono::DateTime;
use uuid::Uuid;

use super::*;
use crate::caller::Caller;
use crate::flow::phase::{BallotLoopConfig, FlowPhase};
use crate::flow::position::{BallotSubPhase, FlowPosition};
use crate::language::Language;
use crate::line::Line;
use crate::ports::{AuthStep, Entropy, SealingKey, SessionRow, VoterClaims, VoterTokens};
use crate::prompts::key::IvrPromptKey;
use crate::route::Route;
use crate::secret::Secret;

struct Counting;

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = i as u8;
        }
    }
}

fn key() -> SealingKey {
    SealingKey::new("k1", Secret::new([7; 32]))
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A call in the middle of a ballot of `contests` contests with `picks` choices each, logged in,
/// with the ballot sealed: as large as rows get.
fn call(contests: u128, picks: u128) -> IvrSession {
    let url = |name: &str| format!("https://{name}.staging.prod1-euw1.example.org");
    let mut position = FlowPosition::new(&[FlowPhase::BallotLoop(BallotLoopConfig::default())]);
    let state = position.ballot_loop_mut().unwrap();
    state.sub_phase = BallotSubPhase::ElectionSummary;
    state.election_index = Some(0);
    state.election_language_override = Some(Language::new("fr"));
    let vote = |contest| ContestVote {
        contest_id: id(contest),
        selected_candidate_ids: (0..picks).map(|c| id(contest * 100 + c)).collect(),
        is_blank: picks == 0,
        is_declined: false,
    };
    let votes: BTreeMap<_, _> = (1..=contests).map(|c| (id(c), vote(c))).collect();
    let election = id(900);
    IvrSession {
        contact_id: "4a573372-1f28-4e26-b97b-000000000001".into(),
        caller: Caller::read(Some("+15195550123"), None),
        caller_hash: None,
        call_start_time: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        route: Route {
            tenant_id: id(1),
            election_event_id: id(2),
            cluster_id: "prod1-euw1".into(),
            environment: "staging".into(),
            keycloak_url: url("keycloak"),
            harvest_url: url("harvest"),
            hasura_url: url("hasura"),
            s3_public_base_url: url("public"),
            keycloak_realm: format!("tenant-{}-event-{}", id(1), id(2)),
            time_zone: Some("America/Toronto".into()),
        },
        document_id: id(3).to_string(),
        publication_id: id(4).to_string(),
        blacklisted: false,
        auth_steps: ["username", "password"]
            .map(|maps_to| AuthStep {
                field: maps_to.into(),
                max_digits: 8,
                terminator: "#".into(),
                maps_to: maps_to.into(),
                prompt_key: None,
            })
            .into(),
        credentials: Vec::new(),
        login: Some(Login {
            tokens: VoterTokens {
                access_token: Secret::new("a".repeat(1_600)),
                refresh_token: Some(Secret::new("r".repeat(800))),
                claims: VoterClaims {
                    expires_at: 1_790_000_300,
                    issuer: url("keycloak"),
                    authorized_party: "ivr-voting".into(),
                    user_id: id(5).to_string(),
                    tenant_id: Some(id(1)),
                    area_id: Some(id(6)),
                    authorized_election_ids: vec![election, id(901)],
                },
            },
            session_started_at: 1_790_000_010,
        }),
        language: Language::new("en"),
        votes,
        encrypted_ballots: [(
            election,
            EncryptedBallotCacheEntry {
                content: "c".repeat(1_500),
                ballot_id: "0123456789abcdef".repeat(4),
            },
        )]
        .into(),
        elections: Vec::new(),
        submission_results: Vec::new(),
        position,
        part: 2,
        last_response: LastResponse {
            lines: vec![Line::of(IvrPromptKey::InvalidInput)],
            then: Then::Ask,
            place: Place::default(),
            language: Language::new("fr"),
        },
        retries: RetryCounters { auth: 1, invalid_input: 2, timeout: 0 },
        logins_unavailable: 0,
        turn: 41,
        version: 43,
    }
}

#[test]
fn a_session_survives_storage_whole() {
    let session = call(15, 3);
    let row = seal(&session, 99, &key(), &Counting).unwrap();
    assert_eq!(*open(row, &key()).unwrap(), session);
}

#[test]
fn a_row_shows_whose_it_is_and_nothing_else() {
    let row = seal(&call(3, 2), 99, &key(), &Counting).unwrap();
    let SessionRow { contact_id, version, ttl, key_id, sealed } = &row;
    assert_eq!((contact_id.len(), *version, *ttl, key_id.as_str()), (36, 43, 99, "k1"));
    for clear in ["5195550123", "example.org", "ivr-voting", "aaaa", "cccc"] {
        let found = sealed.windows(clear.len()).any(|w| w == clear.as_bytes());
        assert!(!found, "{clear} is readable in the row");
    }
}

#[test]
fn the_length_of_a_row_tells_nothing_of_the_choices() {
    let length = |picks| seal(&call(15, picks), 99, &key(), &Counting).unwrap().sealed.len();
    assert!([1, 2, 3, 4].map(length).iter().all(|n| *n == length(0)));
}

#[test]
fn a_row_of_fifteen_contests_with_its_tokens_fits_in_eight_kilobytes() {
    let row = seal(&call(15, 6), 99, &key(), &Counting).unwrap();
    let size = row.sealed.len() + row.contact_id.len() + row.key_id.len() + 16 + 64;
    assert!(size <= 8 * 1024, "{size} bytes");
}

#[test]
fn a_sealed_part_belongs_to_its_row_alone() {
    let row = seal(&call(2, 1), 99, &key(), &Counting).unwrap();
    let changes: [fn(&mut SessionRow); 6] = [
        |row| row.contact_id.push('x'),
        |row| row.version += 1,
        |row| row.ttl += 1,
        |row| row.key_id.push('x'),
        |row| row.sealed[20] ^= 1,
        |row| row.sealed.truncate(10),
    ];
    for change in changes {
        let mut changed = row.clone();
        change(&mut changed);
        assert!(matches!(open(changed, &key()), Err(SealError::Forged)));
    }
    let other = SealingKey::new("k1", Secret::new([8; 32]));
    assert!(matches!(open(row, &other), Err(SealError::Forged)));
}

#[test]
fn a_session_of_newer_code_is_refused_by_name() {
    let bytes = postcard::to_stdvec(&(SCHEMA + 1)).unwrap();
    assert!(matches!(decode(&bytes), Err(StoredSessionError::FromTheFuture(n)) if n == SCHEMA + 1));
    assert!(matches!(decode(&[]), Err(StoredSessionError::Damaged(_))));
    assert!(matches!(decode(&[1, 2, 3]), Err(StoredSessionError::Damaged(_))));
}

#[test]
fn debug_of_a_session_shows_no_secret() {
    let debug = format!("{:?}", call(2, 2));
    for secret in ["5195550123", "aaaa", "rrrr", "cccc", &id(100).to_string()] {
        assert!(!debug.contains(secret), "{secret} in {debug}");
    }
}
