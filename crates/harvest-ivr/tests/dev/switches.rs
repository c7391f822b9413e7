//! Each patch, on and off.

use std::sync::Arc;

use harvest_ivr::dev::server::{Config, Server};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::fixture::Ballot;
use crate::trial;
use crate::voter::Voter;
use crate::world::{World, refused, taken};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("switches::telephone_channel", postgres, telephone_channel),
        trial("switches::azp_client", postgres, azp_client),
        trial("switches::azp_client_early_voting", postgres, early_voting),
        trial("switches::i18n_ivr", postgres, i18n_ivr),
        trial("switches::ballot_once", postgres, ballot_once),
        trial("switches::ballot_once_comes_to_a_box_with_duplicates", postgres, duplicates),
        trial("switches::reopening", postgres, reopening),
        trial("switches::cast_vote_channel", postgres, cast_vote_channel),
        trial("switches::auth_time", postgres, auth_time),
        trial("switches::what_there_is_not_is_refused", postgres, unknown),
    ]
}

/// A world whose elections take any number of ballots through every channel.
async fn open(postgres: &Postgres) -> World {
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

async fn channel_of(world: &World, ballot: &Ballot) -> Value {
    let sql =
        "SELECT to_jsonb(v) -> 'channel' FROM sequent_backend.cast_vote v WHERE ballot_id = $1";
    world.sql.query_one(sql, &[&ballot.ballot_id]).await.unwrap().get(0)
}

fn unknown_client() -> (u16, String) {
    refused(401, "Unauthorized")
}

async fn telephone_channel(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    assert_eq!(world.cast(&voter, &world.ballot(1)).await.code(), taken());
    world.switch(json!({"patches": {"telephone_channel": false}})).await;
    assert_eq!(world.cast(&voter, &world.ballot(2)).await.code(), unknown_client());
    let portal = voter.through("voting-portal");
    assert_eq!(world.cast(&portal, &world.ballot(3)).await.code(), taken());
    world.switch(json!({"patches": {"telephone_channel": true}})).await;
    assert_eq!(world.cast(&voter, &world.ballot(4)).await.code(), taken());
}

async fn azp_client(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    let mut number = 0;
    for (on, clients) in [
        (
            true,
            [
                ("voting-portal", Some("ONLINE")),
                ("voting-portal-kiosk", Some("KIOSK")),
                ("onsite-voting-portal", Some("KIOSK")),
                ("ivr-voting", Some("TELEPHONE")),
                ("ivr-service", None),
                ("admin-portal", None),
                ("", None),
            ],
        ),
        (
            false,
            [
                ("voting-portal", Some("ONLINE")),
                ("voting-portal-kiosk", Some("KIOSK")),
                ("onsite-voting-portal", None),
                ("ivr-voting", None),
                ("ivr-service", None),
                ("admin-portal", None),
                ("", None),
            ],
        ),
    ] {
        world.switch(json!({"patches": {"azp_client": on}})).await;
        for (azp, channel) in clients {
            number += 1;
            let ballot = world.ballot(number);
            let heard = world.cast(&voter.through(azp), &ballot).await.code();
            match channel {
                Some(channel) => {
                    assert_eq!(heard, taken(), "{azp} {on}");
                    assert_eq!(channel_of(&world, &ballot).await, channel, "{azp} {on}");
                }
                None => assert_eq!(heard, unknown_client(), "{azp} {on}"),
            }
        }
    }
}

/// The portal votes early where the area may, the election's early voting is open and its ordinary
/// voting has not begun; without any of these it is ordinary voting.
async fn early_voting(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let portal = world.voter().through("voting-portal");
    let area = "UPDATE sequent_backend.area SET presentation = '{\"allow_early_voting\": \"$P\"}'";
    let election = "UPDATE sequent_backend.election SET voting_channels =
                      '{\"online\": true, \"early_voting\": $C}', status = '{\"voting_status\": \"$O\",
                      \"early_voting_status\": \"$S\"}' WHERE id = $E";
    for (number, (on, policy, enabled, early, online, channel)) in [
        (true, "allow_early_voting", "true", "OPEN", "NOT_STARTED", Some("EARLY_VOTING")),
        (true, "allow_early_voting", "true", "OPEN", "OPEN", Some("ONLINE")),
        (true, "no_early_voting", "true", "OPEN", "NOT_STARTED", None),
        (true, "allow_early_voting", "false", "OPEN", "NOT_STARTED", None),
        (true, "allow_early_voting", "true", "PAUSED", "NOT_STARTED", None),
        (false, "allow_early_voting", "true", "OPEN", "NOT_STARTED", None),
    ]
    .into_iter()
    .enumerate()
    {
        world.switch(json!({"patches": {"azp_client": on}})).await;
        world.run(&area.replace("$P", policy)).await;
        let election = election.replace("$C", enabled).replace("$O", online).replace("$S", early);
        world.run(&election).await;
        let ballot = world.ballot(number as u64);
        let heard = world.cast(&portal, &ballot).await.code();
        match channel {
            Some(channel) => {
                assert_eq!(heard, taken(), "{number}");
                assert_eq!(channel_of(&world, &ballot).await, channel, "{number}");
            }
            None => assert_eq!(heard, refused(401, "CheckStatusFailed"), "{number}"),
        }
    }
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

async fn cast_vote_channel(postgres: Arc<Postgres>) {
    let mut world = open(&postgres).await;
    let voter = world.voter();
    let ballots = [1, 2, 3].map(|number| world.ballot(number));
    for (ballot, on) in ballots.iter().zip([true, false, true]) {
        world.switch(json!({"patches": {"cast_vote_channel": on}})).await;
        assert_eq!(world.cast(&voter, ballot).await.code(), taken());
        let expected = if on { json!("TELEPHONE") } else { Value::Null };
        assert_eq!(channel_of(&world, ballot).await, expected);
    }
    // A platform that has never had it has no such column.
    world.run("ALTER TABLE sequent_backend.cast_vote DROP COLUMN channel").await;
    let mut config = Config::new(&world.database);
    config.settings.patches.cast_vote_channel = false;
    world.server = Server::start(config).await.unwrap();
    let (status, _) = world.cast(&voter, &world.ballot(4)).await.code();
    assert_eq!(status, 200);
    let sql = "SELECT count(*) FROM pg_attribute WHERE attname = 'channel' AND NOT attisdropped
                 AND attrelid = 'sequent_backend.cast_vote'::regclass";
    assert_eq!(world.number(sql).await, 0);
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
        r#"{"retry_milliseconds": ["long"]}"#,
        "{",
    ] {
        let answer = reqwest::Client::new().post(&url).body(change).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 400, "{change}");
        let body: Value = answer.json().await.unwrap();
        assert!(!body["message"].as_str().unwrap().is_empty());
    }
    let after: Value = reqwest::get(&url).await.unwrap().json().await.unwrap();
    assert_eq!(after, before);
    assert_eq!(after["settings"]["patches"]["voter_lock"], true);
}
