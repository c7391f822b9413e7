//! Worlds for random callers: odd publications, and what goes wrong.

use std::sync::Arc;

use ivr_core::fakes::{Fault, FaultRule, PortName};
use ivr_core::publication::Publication;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};
use serde_json::json;

use super::support::Made;

/// Everything that is random, from a number.
pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0.next_u32() as usize % bound.max(1)
    }

    pub(crate) fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    pub(crate) fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// One to four things that go wrong.
pub(crate) fn some_faults(dice: &mut Dice) -> Vec<FaultRule> {
    use PortName::*;
    let ports = [
        Session,
        Auth,
        Refresh,
        ServiceToken,
        IvrConfig,
        ElectionConfig,
        ElectionStatus,
        CastVoteHistory,
        VoteCasting,
        PhoneConfig,
        Blacklist,
        CallLog,
        VoteCasting,
        CastVoteHistory,
    ];
    let rejected = |status, code: &str| Fault::Rejected {
        status,
        code: (!code.is_empty()).then(|| code.into()),
        message: "no".into(),
    };
    (0..1 + dice.below(4))
        .map(|_| {
            let port = dice.of(&ports);
            let codes = match port {
                VoteCasting => vec![
                    rejected(401, "CheckStatusFailed"),
                    rejected(400, "CheckRevotesFailed"),
                    rejected(404, "AreaNotFound"),
                    rejected(400, "BallotIdMismatch"),
                    rejected(500, ""),
                ],
                Auth => vec![rejected(401, "invalid_grant"), rejected(403, "")],
                Refresh => vec![rejected(400, "invalid_grant"), rejected(403, "forbidden")],
                _ => vec![rejected(401, ""), rejected(503, "")],
            };
            let mut kinds =
                vec![Fault::Error, Fault::Timeout, Fault::LostReply, Fault::SlowMs(5_000)];
            kinds.extend(codes);
            let latest = if port == Session { 60 } else { 4 };
            let on_call = dice.percent(80).then(|| 1 + dice.below(latest) as u32);
            FaultRule { port, on_call, fault: dice.of(&kinds) }
        })
        .collect()
}

/// A publication with odd rules.
pub(crate) fn odd(seed: u64) -> Arc<Publication> {
    let mut dice = Dice::new(seed);
    let elections = 1 + dice.below(3);
    let contests = 1 + dice.below(3);
    let candidates = [2, 3, 5, 9, 10, 11, 30][dice.below(7)];
    let mut made = Made::new(elections, contests, candidates);
    made.0["election_event"]["presentation"]["skip_election_list"] = json!(dice.percent(50));
    let order = ["custom", "alphabetical", "random"];
    made.0["election_event"]["presentation"]["elections_order"] = json!(dice.of(&order));
    made.0["election_event"]["presentation"]["ivr"]["retry_limits"] = json!({"auth": 1 + dice.below(3), "invalid_input": 2 + dice.below(4), "timeout": 2 + dice.below(3)});
    if dice.percent(30) {
        let phases =
            made.0["election_event"]["presentation"]["ivr"]["flow"].as_array_mut().unwrap();
        phases[4].as_object_mut().unwrap().remove("receipt_format");
    }
    let languages: &[&str] =
        dice.of(&[&["en"][..], &["en", "fr"], &["iu", "fr", "en"], &["fr-CA"]]);
    made = made.languages(languages, languages[0]);
    for election in 0..elections {
        let of_it: &[&str] = dice.of(&[&["en"][..], &["fr", "en"], &["iu"], &["en", "fr", "iu"]]);
        if dice.percent(60) {
            let default = dice.of(of_it);
            made = made.election_languages(election, of_it, default);
        }
        made.0["elections"][election]["presentation"]["contests_order"] = json!(dice.of(&order));
        for contest in 0..contests {
            let most = 1 + dice.below(candidates.min(5));
            let least = if dice.percent(30) { dice.below(most + 1) } else { 0 };
            let contest = made.contest(election, contest);
            contest["max_votes"] = json!(most);
            contest["min_votes"] = json!(least);
            contest["winning_candidates_num"] = json!(most);
            let blank = dice.of(&["allowed", "warn", "warn-only-in-review", "not-allowed"]);
            let under = dice.of(&["allowed", "warn", "warn-only-in-review", "warn-and-alert"]);
            contest["presentation"]["blank_vote_policy"] = json!(blank);
            contest["presentation"]["under_vote_policy"] = json!(under);
            contest["presentation"]["candidates_order"] = json!(dice.of(&order));
            let list = contest["candidates"].as_array_mut().unwrap();
            if candidates > 5 && dice.percent(40) {
                list[0]["presentation"]["is_explicit_blank"] = json!(true);
            }
            if candidates > 9 && dice.percent(40) {
                list[1]["presentation"]["is_write_in"] = json!(true);
                contest["presentation"]["allow_writeins"] = json!(true);
            }
        }
    }
    made.revotes(dice.of(&[json!(0), json!(1), json!(3), json!(null)])).load()
}
