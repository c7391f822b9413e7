//! A changed byte anywhere in a ballot is noticed by the rule that should notice it.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ivr_ballot::verify::{VerifyError, verify};
use ivr_ballot::{BallotKind, SealedBallot, Style, check_against};
use serde_json::Value;
use support::{ELECTION, choice, contest, date, prepare, rng, style};

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const KINDS: [BallotKind; 2] = [BallotKind::SingleContest, BallotKind::MultipleContests];

fn sealed(kind: BallotKind) -> (Style, SealedBallot, Value) {
    let style = prepare(style(kind, true, vec![contest(0, 3, 2), contest(1, 4, 1)]));
    let choices = [choice(0, &[2, 0]), choice(1, &[1])];
    let ballot = style.seal(&choices, date(), &mut rng(7)).unwrap();
    let content = serde_json::from_str(&ballot.content).unwrap();
    (style, ballot, content)
}

/// The text with one byte replaced, once for each byte: by its neighbour in base64, which moves the least
/// significant bits and so also the stray ones at the end; and by a character that fits nowhere.
fn changes(text: &str) -> impl Iterator<Item = String> {
    let text = text.to_owned();
    (0..text.len()).flat_map(move |index| {
        let byte = text.as_bytes()[index];
        let neighbour = match BASE64.iter().position(|each| *each == byte) {
            Some(place) => BASE64[place ^ 1],
            None => b'A',
        };
        let far =
            BASE64.iter().position(|each| *each == byte).map_or(b'B', |place| BASE64[place ^ 32]);
        let text = text.clone();
        [neighbour, far, b'!'].into_iter().filter(move |other| *other != byte).map(move |other| {
            let mut bytes = text.clone().into_bytes();
            bytes[index] = other;
            String::from_utf8(bytes).unwrap()
        })
    })
}

#[test]
fn every_byte_of_the_contests_counts() {
    for kind in KINDS {
        let (_, ballot, mut content) = sealed(kind);
        let places = match kind {
            BallotKind::SingleContest => vec!["/contests/0", "/contests/1"],
            BallotKind::MultipleContests => vec!["/contests"],
        };
        for place in places {
            let original = content.pointer(place).unwrap().clone();
            for changed in changes(original.as_str().unwrap()) {
                *content.pointer_mut(place).unwrap() = changed.clone().into();
                let error =
                    verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap_err();
                assert!(
                    matches!(
                        error,
                        VerifyError::DeserializeContestsFailed { .. }
                            | VerifyError::BallotIdMismatch { .. }
                    ),
                    "{changed}: {error}"
                );
            }
            *content.pointer_mut(place).unwrap() = original;
        }
    }
}

#[test]
fn base64_is_read_strictly() {
    for kind in KINDS {
        let (_, ballot, mut content) = sealed(kind);
        let place = if kind == BallotKind::SingleContest { "/contests/0" } else { "/contests" };
        let original = content.pointer(place).unwrap().as_str().unwrap().to_owned();
        for changed in [
            format!("{original}="),
            format!("{original}=="),
            format!("{original}\n"),
            format!("{original}AAAA"),
        ] {
            *content.pointer_mut(place).unwrap() = changed.into();
            let error =
                verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap_err();
            assert_eq!(error.platform_name(), "DeserializeContestsFailed");
        }
    }
}

/// With the ballot id made to match, reading and the proof are what is left to notice.
#[test]
fn every_byte_of_ciphertext_and_proof_is_proven() {
    for kind in KINDS {
        let (_, _, content) = sealed(kind);
        let place = match kind {
            BallotKind::SingleContest => "/contests/0",
            BallotKind::MultipleContests => "/contests",
        };
        let text = content.pointer(place).unwrap().as_str().unwrap();
        let bytes = STANDARD_NO_PAD.decode(text).unwrap();
        let mut unproven = 0;
        for index in bytes.len() - 160..bytes.len() {
            for bit in [1, 2, 0x80] {
                let mut changed = bytes.clone();
                changed[index] ^= bit;
                let mut content = content.clone();
                *content.pointer_mut(place).unwrap() = STANDARD_NO_PAD.encode(changed).into();
                let content = content.to_string();
                let error = match verify("", &content, ELECTION, kind).unwrap_err() {
                    VerifyError::BallotIdMismatch { computed, .. } => {
                        verify(&computed, &content, ELECTION, kind).unwrap_err()
                    }
                    error => error,
                };
                match error {
                    VerifyError::PokValidationFailed { index: 0 } => unproven += 1,
                    VerifyError::DeserializeContestsFailed { index: 0 } => {}
                    other => panic!("byte {index}: {other}"),
                }
            }
        }
        assert!(unproven > 100, "most changes can be read: {unproven}");
    }
}

#[test]
fn every_byte_of_date_version_and_ballot_id_counts() {
    for kind in KINDS {
        let (_, ballot, content) = sealed(kind);
        for changed in changes(content["issue_date"].as_str().unwrap()) {
            let mut content = content.clone();
            content["issue_date"] = changed.into();
            let error =
                verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap_err();
            assert_eq!(error.platform_name(), "BallotIdMismatch");
        }
        for version in [0, 2, 10, 257, u32::MAX] {
            let mut content = content.clone();
            content["version"] = version.into();
            let error =
                verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap_err();
            assert!(matches!(error, VerifyError::UnsupportedVersion(found) if found == version));
        }
        for changed in changes(&ballot.ballot_id) {
            let error = verify(&changed, &ballot.content, ELECTION, kind).unwrap_err();
            assert_eq!(error.platform_name(), "BallotIdMismatch");
        }
        let upper = ballot.ballot_id.to_uppercase();
        let error = verify(&upper, &ballot.content, ELECTION, kind).unwrap_err();
        assert_eq!(error.platform_name(), "BallotIdMismatch");
    }
}

#[test]
fn every_byte_of_style_id_and_style_hash_counts() {
    for kind in KINDS {
        let (style, ballot, content) = sealed(kind);
        for key in ["config", "ballot_style_hash"] {
            for changed in changes(content[key].as_str().unwrap()) {
                let mut content = content.clone();
                content[key] = changed.into();
                let content = content.to_string();
                assert!(check_against(&style, &content).is_err());
                // Both are signed, so a signed ballot does not even pass the platform.
                let error = verify(&ballot.ballot_id, &content, ELECTION, kind).unwrap_err();
                assert_eq!(error.platform_name(), "BallotVoterSignatureFailed");
            }
        }
    }
}

#[test]
fn every_byte_of_the_signature_counts() {
    for kind in KINDS {
        let (style, ballot, content) = sealed(kind);
        for key in ["voter_signing_pk", "voter_ballot_signature"] {
            let text = content[key].as_str().unwrap();
            let unpadded = text.trim_end_matches('=').to_owned();
            for changed in
                changes(text).chain([unpadded, String::new()]).filter(|changed| changed != text)
            {
                let mut content = content.clone();
                content[key] = changed.clone().into();
                let error =
                    verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap_err();
                assert_eq!(error.platform_name(), "BallotVoterSignatureFailed", "{key} {changed}");
            }
            let mut content = content.clone();
            content[key] = Value::Null;
            verify(&ballot.ballot_id, &content.to_string(), ELECTION, kind).unwrap();
            assert!(check_against(&style, &content.to_string()).is_err());
        }
        let error =
            verify(&ballot.ballot_id, &ballot.content, "another election", kind).unwrap_err();
        assert_eq!(error.platform_name(), "BallotVoterSignatureFailed");
    }
}

#[test]
fn a_ballot_of_the_other_kind_is_not_a_ballot() {
    for (kind, other) in [(KINDS[0], KINDS[1]), (KINDS[1], KINDS[0])] {
        let (_, ballot, _) = sealed(kind);
        let error = verify(&ballot.ballot_id, &ballot.content, ELECTION, other).unwrap_err();
        assert_eq!(error.platform_name(), "DeserializeBallotFailed");
    }
}

#[test]
fn a_ballot_of_other_contests_is_not_of_this_style() {
    for kind in KINDS {
        let (style, _, content) = sealed(kind);
        let fewer = prepare(support::style(kind, true, vec![contest(0, 3, 2)]));
        let ballot = fewer.seal(&[choice(0, &[1])], date(), &mut rng(9)).unwrap();
        let mut disguised: Value = serde_json::from_str(&ballot.content).unwrap();
        disguised["ballot_style_hash"] = content["ballot_style_hash"].clone();
        let error = check_against(&style, &disguised.to_string()).unwrap_err();
        assert!(matches!(error, ivr_ballot::MismatchError::Contests { .. }));
    }
}
