//! The known-answer vectors, every step of the way.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha512};

use super::playback::{Playback, wide};
use super::{fixture, kind, prepared};
use crate::choice;
use crate::content::{self, Content};
use crate::prepared::style_bytes;
use crate::verify::{read_entries, verify};
use crate::{ContestChoice, check_against, group, signature, wire};

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    kind: String,
    ballot_style: Value,
    ballot_style_borsh: String,
    ballot_style_hash: String,
    election_id: String,
    issue_date: String,
    choices: Vec<Choice>,
    ciphertexts: Vec<Ciphertext>,
    raw_ballot_borsh: String,
    ballot_id: String,
    vote_h: String,
    signable_borsh: String,
    signature: Option<SignatureCase>,
    content: String,
}

#[derive(Deserialize)]
struct Choice {
    contest_id: String,
    selected: Vec<String>,
    explicit_invalid: bool,
}

#[derive(Deserialize)]
struct Ciphertext {
    contest_ids: Vec<String>,
    values: Vec<u64>,
    bases: Vec<u64>,
    integer: String,
    plaintext30: String,
    encoded_point: String,
    randomness: String,
    mhr: String,
    gr: String,
    proof_nonce: String,
    proof_commitment: String,
    proof_challenge: String,
    proof_response: String,
    wire: String,
}

#[derive(Deserialize)]
struct SignatureCase {
    seed: String,
    message: String,
    #[serde(flatten)]
    values: serde_json::Map<String, Value>,
}

#[test]
fn every_step_of_every_vector_comes_out_as_given() {
    let vectors: Vectors = serde_json::from_str(&fixture("vectors/ballot_vectors.json")).unwrap();
    assert_eq!(vectors.cases.len(), 25);
    for case in &vectors.cases {
        check(case);
    }
}

fn check(case: &Case) {
    let name = &case.name;
    let style = prepared(&case.ballot_style);
    assert_eq!(style.kind(), kind(&case.kind), "{name}");
    let bytes = hex::encode(style_bytes(style.ballot_style()));
    assert_eq!(bytes, case.ballot_style_borsh, "{name}");
    assert_eq!(style.hash(), case.ballot_style_hash, "{name}");

    // Any order of contests and candidates comes out in id order.
    let choices: Vec<ContestChoice> = case
        .choices
        .iter()
        .rev()
        .map(|choice| ContestChoice {
            contest_id: choice.contest_id.clone(),
            selected: choice.selected.iter().rev().cloned().collect(),
            explicit_invalid: choice.explicit_invalid,
        })
        .collect();
    let digits = choice::digits(&style, &choices).unwrap();
    assert_eq!(digits.len(), case.ciphertexts.len(), "{name}");
    for (digits, expected) in digits.iter().zip(&case.ciphertexts) {
        assert_eq!(*digits.values, expected.values, "{name}");
        assert_eq!(digits.bases, expected.bases, "{name}");
        let plaintext = digits.plaintext().unwrap();
        assert_eq!(hex::encode(plaintext.0), expected.plaintext30, "{name}");
        assert_eq!(decimal(&plaintext.0), expected.integer, "{name}");
        let point = group::encode(&plaintext).unwrap().compress();
        assert_eq!(hex::encode(point.0), expected.encoded_point, "{name}");
    }

    let mut rng = playback(case);
    let date = NaiveDate::parse_from_str(&case.issue_date, "%d/%m/%Y").unwrap();
    let ballot = style.seal(&choices, date, &mut rng).unwrap();
    assert!(rng.is_empty(), "{name}");
    assert_eq!(ballot.ballot_id, case.ballot_id, "{name}");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(json(&ballot.content), json(&case.content), "{name}");

    let content = Content::from_json(style.kind(), &ballot.content).unwrap();
    check_wire(case, &content);
    let signable = content.signable_bytes();
    assert_eq!(hex::encode(&signable), case.signable_borsh, "{name}");
    if let Some(expected) = &case.signature {
        let message = signature::message(&case.ballot_id, &case.election_id, &signable);
        assert_eq!(hex::encode(message), expected.message, "{name}");
        let values: Vec<&str> = expected.values.values().filter_map(Value::as_str).collect();
        assert_eq!(values.len(), 2, "{name}");
        for ours in [&content.voter_signing_pk, &content.voter_ballot_signature] {
            assert!(values.contains(&ours.as_deref().unwrap()), "{name}");
        }
    }
    verify(&ballot.ballot_id, &case.content, &case.election_id, style.kind()).unwrap();
    check_against(&style, &case.content).unwrap();
}

fn check_wire(case: &Case, content: &Content) {
    let name = &case.name;
    let (entries, bytes) = read_entries(kind(&case.kind), content).unwrap();
    for ((entry, bytes), expected) in entries.iter().zip(&bytes).zip(&case.ciphertexts) {
        assert_eq!(entry.contest_ids, expected.contest_ids, "{name}");
        assert_eq!(hex::encode(entry.sealed.mhr), expected.mhr, "{name}");
        assert_eq!(hex::encode(entry.sealed.gr), expected.gr, "{name}");
        assert_eq!(hex::encode(entry.sealed.commitment), expected.proof_commitment, "{name}");
        assert_eq!(hex::encode(entry.sealed.challenge), expected.proof_challenge, "{name}");
        assert_eq!(hex::encode(entry.sealed.response), expected.proof_response, "{name}");
        assert_eq!(wire::to_base64(bytes), expected.wire, "{name}");
    }
    let raw = content::raw_bytes(kind(&case.kind), 1, &case.issue_date, &bytes);
    assert_eq!(hex::encode(&raw), case.raw_ballot_borsh, "{name}");
    assert_eq!(hex::encode(Sha512::digest(&raw)), case.vote_h, "{name}");
}

fn playback(case: &Case) -> Playback {
    let mut bytes = Vec::new();
    for each in &case.ciphertexts {
        bytes.extend(wide(&hex::decode(&each.randomness).unwrap()));
        bytes.extend(wide(&hex::decode(&each.proof_nonce).unwrap()));
    }
    if let Some(signature) = &case.signature {
        bytes.extend(hex::decode(&signature.seed).unwrap());
    }
    Playback::new(bytes)
}

/// The number in a plaintext, in decimal.
fn decimal(plaintext: &[u8; 30]) -> String {
    let mut digits = vec![0u32];
    for byte in plaintext[1..=usize::from(plaintext[0])].iter().rev() {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit * 256;
            *digit = carry % 10;
            carry /= 10;
        }
        while carry > 0 {
            digits.push(carry % 10);
            carry /= 10;
        }
    }
    digits.iter().rev().map(ToString::to_string).collect()
}
