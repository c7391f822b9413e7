//! Each patch, on and off.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::fixture::Ballot;
use crate::trial;
use crate::voter::Voter;
use crate::world::{World, refused, taken};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("switches::i18n_ivr", postgres, i18n_ivr),
        trial("switches::ballot_once", postgres, ballot_once),
        trial("switches::ballot_once_comes_to_a_box_with_duplicates", postgres, duplicates),
        trial("switches::reopening", postgres, reopening),
        trial("switches::auth_time", postgres, auth_time),
        trial("switches::what_there_is_not_is_refused", postgres, unknown),
    ]
}

/// A world whose elections take any number of ballots through every channel.
pub(crate) async fn open(postgres: &Postgres) -> World {
    let world = World::start(postgres).await;
    world.limit(Some(0)).await;
    world
        .run(
            r#"UPDATE sequent_backend.election SET
                 voting_channels = '{"online": true, "kiosk": true, "telephone": true}',
                 status = '{"voting_status": "OPEN", "kiosk_voting_status": "OPEN",
                            "telephone_voting_status": "OPEN"}'
               WHERE id = $E"#,
        )
        .await;
    world
}

/// Nested prompts cost an unpatched event every vote; flat ones never (facts 3.6).
async fn i18n_ivr(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    let mut number = 0;
    for (texts, on, off) in [
        (json!({"name": "n", "ivr": {"greeting": "g", "deeper": {"x": "y"}}}), true, false),
        (json!({"name": "n", "ivr": ["no text"]}), true, false),
        (json!({"name": "n", "ivr.greeting": "g", "alias": null}), true, true),
        (json!({"name": {"ivr": "elsewhere"}}), false, false),
        (json!(7), false, false),
    ] {
        // What else there is decides the kind of ballot.
        let presentation =
            json!({"contest_encryption_policy": "multiple-contests", "i18n": {"en": texts}});
        let update = "UPDATE sequent_backend.election_event SET presentation = $1";
        world.sql.execute(update, &[&presentation]).await.unwrap();
        for (patched, accepted) in [(true, on), (false, off)] {
            number += 1;
            world.switch(json!({"patches": {"i18n_ivr": patched}})).await;
            let heard = world.cast(&voter, &world.ballot(number)).await.code();
            let expected = if accepted { taken() } else { refused(404, "ElectionEventNotFound") };
            assert_eq!(heard, expected, "{texts} {patched}");
        }
    }
}

async fn twice_and_copied(world: &World, ballot: &Ballot) -> [(u16, String); 3] {
    let (voter, other) = (world.voter(), world.voter());
    let first = world.cast(&voter, ballot).await.code();
    let again = world.cast(&voter, ballot).await.code();
    [first, again, world.cast(&other, ballot).await.code()]
}

async fn ballot_once(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let on = [taken(), refused(400, "DuplicateVote"), refused(400, "BallotIdMismatch")];
    assert_eq!(twice_and_copied(&world, &world.ballot(1)).await, on);
    assert_eq!((world.rows().await, world.report("integrity_alerts")), (1, 1));

    world.switch(json!({"patches": {"ballot_once": false}})).await;
    assert_eq!(twice_and_copied(&world, &world.ballot(2)).await, [taken(), taken(), taken()]);
    assert_eq!((world.rows().await, world.report("integrity_alerts")), (4, 1));

    // The code of a channel that is not enabled came with it.
    world.run(r#"UPDATE sequent_backend.election SET voting_channels = '{"online": true}'"#).await;
    for (on, code) in [(false, "CheckStatusFailed"), (true, "VotingChannelNotEnabled")] {
        world.switch(json!({"patches": {"ballot_once": on}})).await;
        let (status, body) = world.cast(&world.voter(), &world.ballot(3)).await.json();
        let expected = json!({"message": code, "extensions": {"code": code}});
        assert_eq!((status, body), (401, expected));
    }
}

/// Nothing is deleted and nothing fails: they are reported, and there will be no more of them.
async fn duplicates(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    world.switch(json!({"patches": {"ballot_once": false}})).await;
    assert_eq!(twice_and_copied(&world, &world.ballot(1)).await, [taken(), taken(), taken()]);
    world.switch(json!({"patches": {"ballot_once": true}})).await;
    let sql = "SELECT ballots * 10 + voters FROM sequent_backend.ivr_duplicate_ballot";
    assert_eq!(world.number(sql).await, 32);
    let third = world.cast(&world.voter(), &world.ballot(1)).await;
    assert_eq!(third.code(), refused(400, "BallotIdMismatch"));
    assert_eq!(world.rows().await, 3);
}

async fn reopening(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    let set = r#"UPDATE sequent_backend.election SET status = '{"telephone_voting_status": "OPEN",
        "telephone_voting_period_dates": {"last_started_at": $S, "last_stopped_at": $P}}'
        WHERE id = $E"#;
    let (early, late) = ("\"2025-01-01T00:00:00+00:00\"", "\"2025-06-01T08:00:00-04:00\"");
    let future = "\"2999-01-01T00:00:00Z\"";
    let mut number = 0;
    for (started, stopped, on, off) in [
        (late, early, true, false),
        (early, late, false, false),
        ("null", early, false, false),
        (early, "null", true, true),
        (early, future, true, true),
    ] {
        world.run(&set.replace("$S", started).replace("$P", stopped)).await;
        for (patched, accepted) in [(true, on), (false, off)] {
            number += 1;
            world.switch(json!({"patches": {"reopening": patched}})).await;
            let heard = world.cast(&voter, &world.ballot(number)).await.code();
            let expected = if accepted { taken() } else { refused(401, "CheckStatusFailed") };
            assert_eq!(heard, expected, "{started} {stopped} {patched}");
        }
    }
}

/// A number that is a moment in milliseconds and none in seconds, and ordinary ones.
async fn auth_time(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let mut number = 0;
    for (moment, on, off) in [
        (1_790_000_000_i64, true, true),
        (0, true, true),
        (1_000_000_000_000_000, false, true),
        (i64::MAX, false, false),
    ] {
        let mut voter: Voter = world.voter();
        voter.claims["auth_time"] = json!(moment);
        for (patched, accepted) in [(true, on), (false, off)] {
            number += 1;
            world.switch(json!({"patches": {"auth_time": patched}})).await;
            let heard = world.cast(&voter, &world.ballot(number)).await.code();
            let expected = if accepted { taken() } else { refused(401, "CheckStatusFailed") };
            assert_eq!(heard, expected, "{moment} {patched}");
        }
    }
}

async fn unknown(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let before = world.server.report();
    let url = format!("{}/dev/habits", world.server.url());
    for change in [
        r#"{"patches": {"voter_lok": false}}"#,
        r#"{"habits": {"lost_replies": {}}}"#,
        r#"{"habits": {"html": {"time": 1}}}"#,
        r#"{"habits": {"html": {"milliseconds": 1}}}"#,
        r#"{"retry_milliseconds": ["long"]}"#,
        "{",
    ] {
        let answer = reqwest::Client::new().post(&url).body(change).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 400, "{change}");
        let body: Value = answer.json().await.unwrap();
        assert!(!body["message"].as_str().unwrap().is_empty());
    }
    // A database that cannot be made to fit is no mistake of whoever asks; it is said what it says.
    world.run("ALTER TABLE sequent_backend.cast_vote RENAME TO cast_vote_away").await;
    let change = r#"{"patches": {"ballot_once": false}}"#;
    let answer = reqwest::Client::new().post(&url).body(change).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 500);
    let said = answer.json::<Value>().await.unwrap()["message"].take();
    let said = said.as_str().unwrap();
    assert!(said.starts_with("voter_lock: the database: "), "{said}");
    assert!(said.contains("cast_vote"), "{said}");
    let after: Value = reqwest::get(&url).await.unwrap().json().await.unwrap();
    assert_eq!(after, before);
    assert_eq!(after["settings"]["patches"]["voter_lock"], true);
}
