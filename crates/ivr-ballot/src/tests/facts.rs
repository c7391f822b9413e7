//! Three more known answers, with identifiers and keys of their own.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::playback::{Playback, wide};
use super::prepared;
use crate::content::Content;
use crate::{BallotKind, ContestChoice, choice};

const PUBLIC_KEY: &str = "lDdXAN+RSauKqTnOf4qb3vVAkm45K7Ix4pAIuSjeyzA";
const CONTEST: &str = "d2af8444-061c-511c-8ffd-6149a0cc0e04";

fn contest(id: &str, max_votes: i64, candidates: &[&str]) -> Value {
    let candidate = |candidate: &&str| json!({"id": candidate, "tenant_id": "", "election_event_id": "", "election_id": "", "contest_id": id});
    json!({
        "id": id, "tenant_id": "", "election_event_id": "", "election_id": "",
        "max_votes": max_votes, "min_votes": 0, "winning_candidates_num": 1, "is_encrypted": true,
        "counting_algorithm": "plurality-at-large",
        "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(),
    })
}

fn style(encryption: &str, contests: &[Value]) -> Value {
    json!({
        "id": "style", "tenant_id": "", "election_event_id": "", "election_id": "", "area_id": "",
        "public_key": {"public_key": PUBLIC_KEY, "is_demo": false},
        "election_event_presentation": {"contest_encryption_policy": encryption},
        "contests": contests,
    })
}

fn choice(contest: &str, selected: &[&str]) -> ContestChoice {
    ContestChoice {
        contest_id: contest.to_owned(),
        selected: selected.iter().map(ToString::to_string).collect(),
        explicit_invalid: false,
    }
}

#[test]
fn a_single_contest_ballot() {
    let candidates =
        ["049cad18-ee01-5c28-a4b3-4050886fcd21", "0910eab5-2181-55fa-acaa-6e644e6930ed"];
    let style = prepared(&style("single-contest", &[contest(CONTEST, 1, &candidates)]));
    let choices = [choice(CONTEST, &candidates[1..])];
    let digits = choice::digits(&style, &choices).unwrap();
    assert_eq!(*digits[0].values, [0, 0, 1]);
    assert_eq!(digits[0].bases, [2, 2, 2]);

    // The nonce is not given, but response - challenge * randomness is it.
    let scalar = |text: &str| {
        let bytes = hex::decode(text).unwrap().try_into().unwrap();
        crate::group::scalar(bytes).unwrap()
    };
    let randomness = scalar("0667eeb22a0db7b80f3874fbadfbb8453926545bbe76ce1564e012a5e7c40305");
    let challenge = scalar("9d22f1a211d9b30cef85c8310b9cd926077db8e51f6fb75f51276d0b864b6a03");
    let response = scalar("84edc8ae42b16e8cbed54a172b06bf80048bb5310c5162464e0cb7e52ca68c07");
    let nonce = response - challenge * randomness;
    let bytes = [wide(randomness.as_bytes()), wide(nonce.as_bytes())].concat();
    let date = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let ballot = style.seal(&choices, date, &mut Playback::new(bytes)).unwrap();

    let content = Content::from_json(BallotKind::SingleContest, &ballot.content).unwrap();
    assert_eq!(content.issue_date, "20/11/2026");
    assert_eq!(
        content.contests.texts(),
        [
            "JAAAAGQyYWY4NDQ0LTA2MWMtNTExYy04ZmZkLTYxNDlhMGNjMGUwNPAgelV7QiS3pYmkiz/ssAMXCFBy4Hdakmb7HFxNwEgfbCz/CxRIlJUOOx1qI9hLHanEPAG6BB1YrGSfEoQucBFcpZqUTACxwvvuiRgyNeHJJ8IW3SOpOVH4mkWPs9G/bp0i8aIR2bMM74XIMQuc2SYHfbjlH2+3X1EnbQuGS2oDhO3IrkKxboy+1UoXKwa/gASLtTEMUWJGTgy35SymjAc"
        ]
    );
    assert_eq!(
        ballot.ballot_id,
        "ac4e0cdedd63d8c858a594c6bae69517cfb5d8668843010c5386cb0d27830dd6"
    );
}

#[test]
fn a_multiple_contests_plaintext() {
    let contests = [contest("d2", 2, &["a", "b", "c"]), contest("ff", 2, &["a", "b", "c"])];
    let style = prepared(&style("multiple-contests", &contests));
    let choices = [choice("d2", &["b"]), choice("ff", &["c", "a"])];
    let digits = choice::digits(&style, &choices).unwrap();
    assert_eq!(*digits[0].values, [0, 2, 0, 1, 3]);
    assert_eq!(digits[0].bases, [2, 4, 4, 4, 4]);
    assert_eq!(
        hex::encode(digits[0].plaintext().unwrap().0),
        "02a401000000000000000000000000000000000000000000000000000000"
    );
}

#[test]
fn a_ballot_style_hash() {
    let style = prepared(&serde_json::from_str(include_str!("facts_style.json")).unwrap());
    assert_eq!(style.hash(), "8dfd605f22923278c88b7cf22e6e0b4ddbeb8cbbee9d3c0ee4795ab946cc1aad");
}
