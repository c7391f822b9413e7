//! Publications made to measure, for tests, benchmarks and load.

use serde_json::{Value, json};
use uuid::Uuid;

const TENANT: u128 = 0xa4c1_dacb_6d45_4343_a3c7_9a90_0000_0001;
const EVENT: u128 = 0x3ed8_c76d_6360_4ad5_80f8_e5e0_0000_0002;

/// The measures of a publication in which every list is as long as the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BigPublication {
    /// How many elections.
    pub elections: usize,
    /// How many contests in each.
    pub contests: usize,
    /// How many candidates in each.
    pub candidates: usize,
    /// How many languages, one or two: English, French.
    pub languages: usize,
    /// How many areas, each with a ballot in every election.
    pub areas: usize,
}

impl BigPublication {
    /// One area, English and French.
    pub fn new(elections: usize, contests: usize, candidates: usize) -> Self {
        Self { elections, contests, candidates, languages: 2, areas: 1 }
    }

    /// The document as the platform uploads it.
    pub fn json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.value()).expect("a value of strings and numbers serialises")
    }

    /// The id of an area.
    pub fn area_id(area: usize) -> Uuid {
        id(1, [area, 0, 0])
    }

    /// The id of an election.
    pub fn election_id(election: usize) -> Uuid {
        id(2, [election, 0, 0])
    }

    fn value(&self) -> Value {
        let styles: Vec<Value> = (0..self.elections)
            .flat_map(|election| (0..self.areas).map(move |area| self.style(election, area)))
            .collect();
        let elections: Vec<Value> = (0..self.elections).map(|e| self.election_row(e)).collect();
        json!({
            "ballot_styles": styles,
            "election_event": self.event_row(),
            "elections": elections,
            "support_materials": [],
            "documents": [],
        })
    }

    fn event_row(&self) -> Value {
        let mut presentation = self.event_presentation();
        presentation["ivr"] = json!({
            "flow": [
                {"phase": "language_select"},
                {"phase": "announcement", "name": "welcome", "prompt_key": "greeting"},
                {"phase": "auth"},
                {"phase": "eligibility_check"},
                {"phase": "ballot_loop", "receipt_format": "phonetic_hex_4"},
                {"phase": "goodbye"},
            ],
            "assistance_phone": "1-800-555-0199",
        });
        json!({
            "id": uuid(EVENT), "tenant_id": uuid(TENANT), "name": "Big Event", "alias": null,
            "presentation": presentation, "status": {}, "voting_channels": {"telephone": true},
        })
    }

    fn event_presentation(&self) -> Value {
        json!({
            "i18n": self.i18n("Big Event", "Grand événement"),
            "language_conf": self.language_conf(),
            "skip_election_list": false,
            "elections_order": "custom",
            "contest_encryption_policy": "multiple-contests",
            "voter_signing_policy": "no-signature",
        })
    }

    fn election_row(&self, election: usize) -> Value {
        json!({
            "id": Self::election_id(election), "tenant_id": uuid(TENANT),
            "election_event_id": uuid(EVENT), "name": format!("Election {}", election + 1),
            "alias": null, "num_allowed_revotes": 1,
            "presentation": self.election_presentation(election),
            "status": {}, "voting_channels": {"telephone": true},
        })
    }

    fn election_presentation(&self, election: usize) -> Value {
        let number = election + 1;
        json!({
            "i18n": self.i18n(&format!("Election {number}"), &format!("Scrutin {number}")),
            "language_conf": self.language_conf(),
            "contests_order": "custom",
            "sort_order": election,
        })
    }

    fn style(&self, election: usize, area: usize) -> Value {
        let contests: Vec<Value> =
            (0..self.contests).map(|contest| self.contest(election, contest)).collect();
        json!({
            "id": id(5, [election, area, 0]), "tenant_id": uuid(TENANT),
            "election_event_id": uuid(EVENT), "election_id": Self::election_id(election),
            "num_allowed_revotes": 1, "description": "", "area_id": Self::area_id(area),
            // A throw-away key: that of the known-answer vectors.
            "public_key": {
                "public_key": "lDdXAN+RSauKqTnOf4qb3vVAkm45K7Ix4pAIuSjeyzA", "is_demo": false,
            },
            "area_presentation": {}, "area_annotations": null,
            "contests": contests,
            "election_event_presentation": self.event_presentation(),
            "election_presentation": self.election_presentation(election),
            "election_dates": {}, "election_event_annotations": {}, "election_annotations": {},
        })
    }

    fn contest(&self, election: usize, contest: usize) -> Value {
        let candidates: Vec<Value> = (0..self.candidates)
            .map(|candidate| self.candidate(election, contest, candidate))
            .collect();
        let order = ["alphabetical", "custom", "random"][contest % 3];
        let (english, french) =
            (format!("Office {}", contest + 1), format!("Poste {}", contest + 1));
        json!({
            "id": id(3, [election, contest, 0]), "tenant_id": uuid(TENANT),
            "election_event_id": uuid(EVENT), "election_id": Self::election_id(election),
            "name": english, "name_i18n": self.texts(&english, &french),
            "description": "", "description_i18n": {}, "alias": null, "alias_i18n": {},
            "max_votes": 1, "min_votes": 0, "winning_candidates_num": 1,
            "voting_type": "non-preferential", "counting_algorithm": "plurality-at-large",
            "is_encrypted": true, "candidates": candidates,
            "presentation": {
                "i18n": self.i18n(&english, &french),
                "allow_writeins": false, "base32_writeins": true,
                "blank_vote_policy": "allowed", "under_vote_policy": "allowed",
                "over_vote_policy": "not-allowed-with-msg-and-disable",
                "invalid_vote_policy": "allowed",
                "candidates_order": order,
                "sort_order": contest,
            },
            "created_at": "2026-09-01T14:00:00+00:00", "annotations": {},
        })
    }

    fn candidate(&self, election: usize, contest: usize, candidate: usize) -> Value {
        // Not in the order of their names.
        let name = format!("Candidate {}", (candidate * 7 + 3) % self.candidates.max(1) + 1);
        json!({
            "id": id(4, [election, contest, candidate]), "tenant_id": uuid(TENANT),
            "election_event_id": uuid(EVENT), "election_id": Self::election_id(election),
            "contest_id": id(3, [election, contest, 0]),
            "name": name, "name_i18n": self.texts(&name, &name),
            "description": "", "description_i18n": {}, "alias": null, "alias_i18n": {},
            "candidate_type": null, "annotations": {},
            "presentation": {
                "i18n": self.i18n(&name, &name), "is_write_in": false, "sort_order": candidate,
                "is_explicit_invalid": null, "is_explicit_blank": null, "is_disabled": null,
                "is_category_list": null, "urls": null, "subtype": null,
            },
        })
    }

    fn language_conf(&self) -> Value {
        let codes = &["en", "fr"][..self.languages.clamp(1, 2)];
        json!({"enabled_language_codes": codes, "default_language_code": "en"})
    }

    fn i18n(&self, english: &str, french: &str) -> Value {
        if self.languages < 2 {
            return json!({"en": {"name": english}});
        }
        json!({"en": {"name": english}, "fr": {"name": french}})
    }

    fn texts(&self, english: &str, french: &str) -> Value {
        if self.languages < 2 {
            return json!({"en": english});
        }
        json!({"en": english, "fr": french})
    }
}

fn uuid(bits: u128) -> Uuid {
    uuid::Builder::from_u128(bits).with_version(uuid::Version::Random).into_uuid()
}

/// Ids in the order of the lists.
fn id(kind: u128, place: [usize; 3]) -> Uuid {
    let [a, b, c] = place.map(|n| n as u128);
    uuid(kind << 124 | a << 96 | b << 32 | c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publication::{OrderSeed, Publication};

    #[test]
    fn twenty_by_twenty_by_fifty_loads() {
        let big = BigPublication::new(20, 20, 50);
        let loaded = Publication::from_json(&big.json()).expect("it loads");
        assert_eq!(loaded.findings, []);
        let publication = loaded.publication;
        assert_eq!((publication.elections.len(), publication.ballots.len()), (20, 20));
        let area = BigPublication::area_id(0);
        let ballot =
            publication.ballot(area, BigPublication::election_id(19)).expect("it is there");
        assert!(ballot.by_phone());
        assert_eq!(ballot.contests.len(), 20);
        assert!(ballot.contests.iter().all(|contest| contest.candidates.len() == 50));
        let seed = OrderSeed::from_contact_id("x");
        assert_eq!(ballot.contests[1].candidate_order(&seed)[0], 0, "custom");
        assert_ne!(ballot.contests[0].candidate_order(&seed)[0], 0, "alphabetical");
    }

    #[test]
    fn areas_have_ballots_of_their_own() {
        let big = BigPublication { areas: 3, languages: 1, ..BigPublication::new(2, 1, 3) };
        let publication = Publication::from_json(&big.json()).expect("it loads").publication;
        assert_eq!(publication.ballots.len(), 6);
        let authorized = [BigPublication::election_id(1)];
        assert_eq!(publication.ballots_for(BigPublication::area_id(2), &authorized).len(), 1);
    }
}
