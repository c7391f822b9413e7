//! Sessions as they were ever stored are read for ever.
//!
//! `tests/fixtures/session-v1.hex` has one session a line, a name and its bytes. It is written
//! once, with `IVR_WRITE_STORED_FORMS=1`, and never again: a change of the stored form is a new
//! `SCHEMA` with a file of its own, and the old file must still be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use chrono::DateTime;
use ivr_core::caller::Caller;
use ivr_core::flow::position::{ElectionEntry, FlowPosition, Standing};
use ivr_core::language::Language;
use ivr_core::line::Line;
use ivr_core::menu::Keys;
use ivr_core::ports::{
    AuthStep, CastVoteRejection, Credential, PhoneHash, VoterClaims, VoterTokens,
};
use ivr_core::prompts::key::IvrPromptKey;
use ivr_core::prompts::name::PromptName;
use ivr_core::prompts::vars::Variant;
use ivr_core::route::Route;
use ivr_core::secret::Secret;
use ivr_core::session::{
    ContestVote, ElectionSubmissionResult, EncryptedBallotCacheEntry, Ending, IvrSession,
    LastResponse, Login, PhaseName, Place, RetryCounters, SCHEMA, SubmissionStatus, Then, decode,
    encode,
};
use serde_json::json;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn position(value: serde_json::Value) -> FlowPosition {
    serde_json::from_value(value).unwrap()
}

/// A caller who has keyed in the first of two credentials.
fn logging_in() -> IvrSession {
    IvrSession {
        contact_id: "4a573372-1f28-4e26-b97b-000000000001".into(),
        caller: Caller::read(Some("+15195550123"), None),
        caller_hash: Some(PhoneHash { hash: "00ff".repeat(16), salt_gen: "t-202610".into() }),
        call_start_time: DateTime::from_timestamp_millis(1_790_000_000_123).unwrap(),
        route: Route {
            tenant_id: id(1),
            election_event_id: id(2),
            cluster_id: "prod1-euw1".into(),
            environment: "staging".into(),
            keycloak_url: "https://keycloak.example.org".into(),
            harvest_url: "https://harvest.example.org".into(),
            hasura_url: "https://hasura.example.org".into(),
            s3_public_base_url: "https://public.example.org".into(),
            keycloak_realm: "tenant-1-event-2".into(),
            time_zone: Some("America/Toronto".into()),
        },
        document_id: "document".into(),
        publication_id: "publication".into(),
        blacklisted: false,
        auth_steps: vec![
            AuthStep {
                field: "voter_id".into(),
                max_digits: 8,
                terminator: "#".into(),
                maps_to: "username".into(),
                prompt_key: None,
            },
            AuthStep {
                field: "member".into(),
                max_digits: 4,
                terminator: String::new(),
                maps_to: "member_no".into(),
                prompt_key: Some("ask_member".into()),
            },
        ],
        credentials: vec![
            Credential::new("username", "12345678".into()),
            Credential::new("password", "1234".into()),
            Credential::new("dob", "01021960".into()),
            Credential::new("member_no", "7".into()),
        ],
        login: None,
        language: Language::new("fr-CA"),
        votes: BTreeMap::new(),
        encrypted_ballots: BTreeMap::new(),
        elections: Vec::new(),
        submission_results: Vec::new(),
        position: position(json!({
            "phase_index": 3,
            "state": {"Auth": {"step_index": 1, "simple": "WaitingForInput"}},
        })),
        part: 0,
        last_response: LastResponse {
            lines: vec![
                Line::of(IvrPromptKey::AuthFailed),
                Line::named(PromptName::Custom("ask_member".into())),
            ],
            then: Then::Ask,
            place: Place { phase: PhaseName::Auth, ..Place::default() },
            language: Language::new("fr-CA"),
        },
        retries: RetryCounters { auth: 1, invalid_input: 2, timeout: 0 },
        logins_unavailable: 1,
        turn: 4,
        version: 4,
    }
}

/// A voter whose second ballot is on its way.
fn casting() -> IvrSession {
    let mut line = Line::of(IvrPromptKey::ReceiptNumber)
        .election(id(10))
        .contest(id(20))
        .candidates([id(30), id(31)])
        .count(2)
        .keys(Keys::Code(7))
        .variant(Variant::Again);
    line.about.locator = Some("00ff".into());
    line.about.elections = Some(vec![id(10)]);
    line.about.not_cast = vec![id(11)];
    let standings = [
        Standing::Open,
        Standing::OpenAgain,
        Standing::AlreadyVoted,
        Standing::Closed,
        Standing::Paused,
        Standing::NotStarted,
        Standing::NotByPhone,
        Standing::VotedHere,
        Standing::FailedHere,
    ];
    let statuses = [
        SubmissionStatus::Success,
        SubmissionStatus::Unknown,
        SubmissionStatus::Failed { error: "AreaNotFound".into() },
        SubmissionStatus::Rejected(CastVoteRejection::DuplicateVote),
        SubmissionStatus::Rejected(CastVoteRejection::MaxRevotesExceeded),
        SubmissionStatus::Rejected(CastVoteRejection::ChannelClosed),
        SubmissionStatus::Rejected(CastVoteRejection::BallotIdMismatch),
        SubmissionStatus::Rejected(CastVoteRejection::Other("code".into())),
    ];
    IvrSession {
        credentials: Vec::new(),
        login: Some(Login {
            tokens: VoterTokens {
                access_token: Secret::new("access".into()),
                refresh_token: Some(Secret::new("refresh".into())),
                claims: VoterClaims {
                    expires_at: 1_790_000_300,
                    issuer: "https://keycloak.example.org/realms/tenant-1-event-2".into(),
                    authorized_party: "ivr-voting".into(),
                    user_id: "a voter".into(),
                    tenant_id: Some(id(1)),
                    area_id: Some(id(6)),
                    authorized_election_ids: vec![id(10), id(11)],
                },
            },
            session_started_at: 1_790_000_010,
        }),
        votes: [(true, false), (false, true), (false, false)]
            .into_iter()
            .zip(20..)
            .map(|((is_blank, is_declined), n)| {
                let chosen = if is_blank || is_declined { vec![] } else { vec![id(30), id(31)] };
                let vote = ContestVote {
                    contest_id: id(n),
                    selected_candidate_ids: chosen,
                    is_blank,
                    is_declined,
                };
                (id(n), vote)
            })
            .collect(),
        encrypted_ballots: [(
            id(10),
            EncryptedBallotCacheEntry { content: "{}".into(), ballot_id: "00ff".repeat(16) },
        )]
        .into(),
        elections: standings
            .into_iter()
            .zip(10..)
            .map(|(standing, n)| ElectionEntry { election_id: id(n), standing })
            .collect(),
        submission_results: statuses
            .into_iter()
            .zip(10..)
            .map(|(status, n)| ElectionSubmissionResult {
                election_id: id(n),
                status,
                ballot_hash: Some("00ff".into()),
            })
            .collect(),
        position: position(json!({
            "phase_index": 7,
            "state": {"BallotLoop": {
                "election_index": 1,
                "contest_index": 2,
                "sub_phase": "election_submit",
                "pending_selections": [id(30)],
                "dropped_selections": 3,
                "declining": true,
                "election_list_skipped": true,
                "edit_target_contest": 2,
                "election_language_override": "en",
                "submission": {
                    "sends": 2, "holds": 1, "unseen": true,
                    "state": {"Holding": {"Other": "code"}},
                },
            }},
        })),
        part: 3,
        last_response: LastResponse {
            lines: vec![Line::of(IvrPromptKey::Hold).election(id(11)), line],
            then: Then::GoOn,
            place: Place {
                phase: PhaseName::BallotLoop,
                sub_phase: Some(ivr_core::flow::position::BallotSubPhase::ElectionSubmit),
                election: Some(id(11)),
                contest: Some(id(20)),
            },
            language: Language::new("en"),
        },
        turn: 300,
        version: 70_000,
        ..logging_in()
    }
}

/// What is left of a call that is over.
fn over() -> IvrSession {
    IvrSession {
        caller: Caller::Withheld,
        caller_hash: None,
        auth_steps: Vec::new(),
        credentials: Vec::new(),
        position: position(json!({"phase_index": 8, "state": {"Goodbye": "Entry"}})),
        last_response: LastResponse {
            lines: vec![Line::of(IvrPromptKey::VoteUnknown)],
            then: Then::End(Ending::Disconnected(IvrPromptKey::VoteUnknown)),
            place: Place { phase: PhaseName::Goodbye, ..Place::default() },
            language: Language::new("fr-CA"),
        },
        ..logging_in()
    }
}

fn sessions() -> [(&'static str, IvrSession); 3] {
    [("logging_in", logging_in()), ("casting", casting()), ("over", over())]
}

fn file(schema: u16) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    folder.join(format!("session-v{schema}.hex"))
}

#[test]
fn sessions_of_the_first_form_are_read_for_ever() {
    if std::env::var_os("IVR_WRITE_STORED_FORMS").is_some() && !file(1).exists() {
        let line = |(name, session): (&str, IvrSession)| {
            format!("{name} {}\n", hex::encode(encode(&session, Vec::new()).unwrap()))
        };
        fs::create_dir_all(file(1).parent().unwrap()).unwrap();
        fs::write(file(1), sessions().map(line).concat()).unwrap();
    }
    let text = fs::read_to_string(file(1)).unwrap();
    let stored: Vec<_> = text.lines().map(|line| line.split_once(' ').unwrap()).collect();
    assert_eq!(stored.len(), sessions().len());
    for ((name, expected), (stored_name, bytes)) in sessions().into_iter().zip(stored) {
        assert_eq!(name, stored_name);
        let session = decode(&hex::decode(bytes).unwrap()).unwrap();
        assert!(*session == expected, "{name} is read differently: {session:#?}");
    }
}

/// What is written today is one of the forms that have a file.
#[test]
fn the_newest_form_has_a_file() {
    assert!(file(SCHEMA).exists(), "form {SCHEMA} has no file of stored sessions");
    let text = fs::read_to_string(file(SCHEMA)).unwrap();
    let (_, written) = text.lines().next().unwrap().split_once(' ').unwrap();
    let bytes = encode(&logging_in(), Vec::new()).unwrap();
    assert_eq!(hex::encode(bytes), written, "the form has changed: it needs a new SCHEMA");
}
