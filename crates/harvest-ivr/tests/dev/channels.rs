//! Clients and channels: whose token is of which, and what of that is kept.

use std::sync::Arc;

use harvest_ivr::dev::server::{Config, Server};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::fixture::Ballot;
use crate::switches::open;
use crate::trial;
use crate::world::{World, refused, taken};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("channels::telephone_channel", postgres, telephone_channel),
        trial("channels::azp_client", postgres, azp_client),
        trial("channels::azp_client_early_voting", postgres, early_voting),
        trial("channels::early_voting_goes_past_closed_channels", postgres, early_not_by_telephone),
        trial("channels::where_nothing_is_said_voting_is_online", postgres, unsaid),
        trial("channels::cast_vote_channel", postgres, cast_vote_channel),
    ]
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
/// voting has not begun. Where the election does not name early voting, or without the patch, the
/// same vote is taken as an ordinary one.
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
        (true, "allow_early_voting", "false", "OPEN", "NOT_STARTED", Some("ONLINE")),
        (true, "allow_early_voting", "true", "PAUSED", "NOT_STARTED", None),
        (false, "allow_early_voting", "true", "OPEN", "NOT_STARTED", Some("ONLINE")),
        (false, "allow_early_voting", "true", "OPEN", "OPEN", Some("ONLINE")),
        (false, "no_early_voting", "true", "OPEN", "NOT_STARTED", None),
        (false, "allow_early_voting", "true", "CLOSED", "NOT_STARTED", None),
        (false, "allow_early_voting", "true", "OPEN", "PAUSED", None),
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

/// While early voting is open and ordinary voting has not begun, a voter whose area may vote early
/// votes on every channel that the election names, whatever that channel's own status and stop say.
/// The patch closes this to the telephone, and to nobody else.
async fn early_not_by_telephone(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    let set = |channels: &str, online: &str| {
        format!(
            r#"UPDATE sequent_backend.area SET presentation = '{{"allow_early_voting":
                 "allow_early_voting"}}' WHERE id = $A;
               UPDATE sequent_backend.election SET voting_channels = '{channels}', status =
                 '{{"voting_status": "{online}", "early_voting_status": "OPEN",
                    "kiosk_voting_status": "CLOSED", "telephone_voting_status": "CLOSED",
                    "kiosk_voting_period_dates": {{"last_stopped_at": "2025-01-01T00:00:00Z"}},
                    "telephone_voting_period_dates": {{"last_stopped_at": "2025-01-01T00:00:00Z"}}
                  }}' WHERE id = $E"#
        )
    };
    let named = r#"{"kiosk": true, "telephone": true}"#;
    let closed = || refused(401, "CheckStatusFailed");
    let disabled = || refused(401, "VotingChannelNotEnabled");
    let mut number = 0;
    for (channels, online, azp, patch, kiosk, telephone) in [
        (named, "NOT_STARTED", true, true, taken(), closed()),
        (named, "NOT_STARTED", true, false, taken(), taken()),
        // Without clients of ours it is as it was, and the telephone does not come so far.
        (named, "NOT_STARTED", false, true, taken(), unknown_client()),
        (named, "NOT_STARTED", false, false, taken(), unknown_client()),
        (named, "OPEN", true, false, closed(), closed()),
        ("{}", "NOT_STARTED", true, false, disabled(), disabled()),
    ] {
        world.run(&set(channels, online)).await;
        let patches = json!({"azp_client": azp, "early_not_by_telephone": patch});
        world.switch(json!({ "patches": patches })).await;
        for (client, name, expected) in
            [("voting-portal-kiosk", "KIOSK", kiosk), ("ivr-voting", "TELEPHONE", telephone)]
        {
            number += 1;
            let ballot = world.ballot(number);
            let heard = world.cast(&voter.through(client), &ballot).await.code();
            assert_eq!(heard, expected, "{name} {channels} {online} {patches}");
            if heard == taken() {
                assert_eq!(channel_of(&world, &ballot).await, name);
            }
        }
    }
}

async fn unsaid(postgres: Arc<Postgres>) {
    let world = open(&postgres).await;
    let voter = world.voter();
    let not_enabled = refused(401, "VotingChannelNotEnabled");
    for channels in ["'null'", "'7'", r#"'{"online": true, "telephone": "yes"}'"#] {
        let set = "UPDATE sequent_backend.election SET voting_channels = ";
        world.run(&format!("{set}{channels}")).await;
        for client in ["voting-portal", "ivr-voting"] {
            let heard = world.cast(&voter.through(client), &world.ballot(1)).await.code();
            assert_eq!(heard, refused(500, "InternalServerError"), "{channels}");
        }
    }
    for (channels, online) in [("NULL", true), ("'{}'", false), (r#"'{"online": null}'"#, false)] {
        world.run("TRUNCATE sequent_backend.cast_vote").await;
        let set = "UPDATE sequent_backend.election SET voting_channels = ";
        world.run(&format!("{set}{channels}")).await;
        let portal = world.cast(&voter.through("voting-portal"), &world.ballot(1)).await.code();
        assert_eq!(portal, if online { taken() } else { not_enabled.clone() }, "{channels}");
        assert_eq!(world.cast(&voter, &world.ballot(2)).await.code(), not_enabled, "{channels}");
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
