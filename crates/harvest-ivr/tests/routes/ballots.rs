//! Ballots by channel: edges, zones, totals.

use serde_json::{Value, json};

use super::Test;
use super::tokens::FIRST;
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("ballots_fall_into_the_bucket_that_they_begin", edges),
    ("buckets_follow_the_clock_of_the_place", zones),
    ("cumulative_figures_begin_with_what_was_before", cumulative),
    ("event_and_election_are_counted_apart", scopes),
    ("elections_of_another_label_are_not_counted", labels),
    ("rows_without_a_channel_are_unknown", unknown),
    ("platform_without_the_column_has_unknown_ballots_only", no_column),
    ("window_begins_when_voting_began", default_window),
    ("what_is_asked_is_checked", checked),
];

fn cast(world: &mut World, at: &str, channel: &str, election: &str) {
    world.run(&format!(
        "INSERT INTO sequent_backend.cast_vote
           (tenant_id, election_event_id, election_id, created_at, channel, voter_id_string, ballot_id)
         VALUES ('{TENANT}', '{EVENT}', '{election}', '{at}', {channel}, 'v', gen_random_uuid()::text)"
    ));
}

fn ask(world: &World, query: &str) -> Value {
    let answer = world.get(&format!("/ballots-by-channel?election_event_id={EVENT}&{query}"));
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    answer.json()
}

/// One channel's buckets that hold something, as start and figure.
fn filled(series: &Value, channel: &str) -> Vec<String> {
    let slots = series["buckets"].as_array().unwrap().iter();
    let line = |slot: &Value| {
        let ballots = slot["ballots"][channel].as_i64().unwrap();
        (ballots > 0).then(|| format!("{} {ballots}", &slot["start"].as_str().unwrap()[11..]))
    };
    slots.filter_map(line).collect()
}

const DAY: &str = "from=2026-05-01T10:00:00Z&until=2026-05-01T11:00:00Z";

fn edges(world: &mut World) {
    for at in [
        "2026-05-01T09:59:59.999999Z",
        "2026-05-01T10:00:00Z",
        "2026-05-01T10:14:59.999999Z",
        "2026-05-01T10:15:00Z",
        "2026-05-01T10:59:59.999999Z",
        "2026-05-01T11:00:00Z",
    ] {
        cast(world, at, "'TELEPHONE'", ELECTION);
    }
    cast(world, "2026-05-01T10:15:00Z", "'ONLINE'", ELECTION);
    let quarter = ask(world, &format!("{DAY}&bucket=15m"));
    assert_eq!(quarter["buckets"].as_array().unwrap().len(), 4, "empty ones are there");
    assert_eq!(filled(&quarter, "TELEPHONE"), ["10:00:00Z 2", "10:15:00Z 1", "10:45:00Z 1"]);
    assert_eq!(filled(&quarter, "ONLINE"), ["10:15:00Z 1"]);
    assert_eq!(
        quarter["buckets"][2],
        json!({"start": "2026-05-01T10:30:00Z",
            "ballots": {"ONLINE": 0, "KIOSK": 0, "EARLY_VOTING": 0, "TELEPHONE": 0, "unknown": 0}})
    );
    let minute = ask(world, &format!("{DAY}&bucket=1m"));
    assert_eq!(minute["buckets"].as_array().unwrap().len(), 60);
    assert_eq!(
        filled(&minute, "TELEPHONE"),
        ["10:00:00Z 1", "10:14:00Z 1", "10:15:00Z 1", "10:59:00Z 1"]
    );
    let hour = ask(world, &format!("{DAY}&bucket=1h"));
    assert_eq!(filled(&hour, "TELEPHONE"), ["10:00:00Z 4"]);
    // A window that begins and ends between edges: nothing from outside it.
    let inside = "from=2026-05-01T10:00:30Z&until=2026-05-01T10:59:00Z&bucket=15m";
    let inside = ask(world, inside);
    assert_eq!(filled(&inside, "TELEPHONE"), ["10:00:30Z 1", "10:15:00Z 1"]);
    // Left out: what suits.
    for (window, bucket) in [
        (DAY, "1m"),
        ("from=2026-05-01T10:00:00Z&until=2026-05-02T10:00:00Z", "15m"),
        ("from=2026-04-01T10:00:00Z&until=2026-05-02T10:00:00Z", "1h"),
    ] {
        assert_eq!(ask(world, window)["bucket"], bucket, "{window}");
    }
}

fn zones(world: &mut World) {
    // 10:30 and 11:30 are full hours in Newfoundland.
    for at in ["2026-05-01T10:29:59Z", "2026-05-01T10:30:00Z", "2026-05-01T11:00:00Z"] {
        cast(world, at, "'KIOSK'", ELECTION);
    }
    let window = "from=2026-05-01T09:30:00Z&until=2026-05-01T12:30:00Z&bucket=1h";
    let there = ask(world, &format!("{window}&time_zone=America/St_Johns"));
    assert_eq!(there["time_zone"], "America/St_Johns");
    assert_eq!(filled(&there, "KIOSK"), ["09:30:00Z 1", "10:30:00Z 2"]);
    let here = ask(world, window);
    assert_eq!(filled(&here, "KIOSK"), ["10:00:00Z 2", "11:00:00Z 1"]);
    // The same window, said in another zone; the database's own zone plays no part.
    let database = world.value("SELECT current_database()");
    world.run(&format!("ALTER DATABASE {database} SET timezone = 'Asia/Kathmandu'"));
    world.restart(harvest_ivr::routes::issuers::Reading::default());
    let again =
        ask(world, "from=2026-05-01T05:30:00-04:00&until=2026-05-01T08:30:00-04:00&bucket=1h");
    assert_eq!(again, here);
    // The hour that comes twice.
    for at in ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"] {
        cast(world, at, "'KIOSK'", ELECTION);
    }
    let twice =
        "from=2026-11-01T04:00:00Z&until=2026-11-01T08:00:00Z&bucket=1h&time_zone=America/Toronto";
    assert_eq!(filled(&ask(world, twice), "KIOSK"), ["05:00:00Z 1", "06:00:00Z 1"]);
}

fn cumulative(world: &mut World) {
    for (at, channel) in [
        ("2026-04-01T00:00:00Z", "'ONLINE'"),
        ("2026-05-01T09:00:00Z", "'TELEPHONE'"),
        ("2026-05-01T10:05:00Z", "'TELEPHONE'"),
        ("2026-05-01T10:50:00Z", "'TELEPHONE'"),
        ("2026-05-01T11:00:00Z", "'TELEPHONE'"),
    ] {
        cast(world, at, channel, ELECTION);
    }
    let rate = ask(world, &format!("{DAY}&bucket=15m&cumulative=false"));
    assert_eq!(filled(&rate, "TELEPHONE"), ["10:00:00Z 1", "10:45:00Z 1"]);
    assert_eq!(filled(&rate, "ONLINE"), [""; 0]);
    let total = ask(world, &format!("{DAY}&bucket=15m&cumulative=true"));
    assert_eq!(
        filled(&total, "TELEPHONE"),
        ["10:00:00Z 2", "10:15:00Z 2", "10:30:00Z 2", "10:45:00Z 3"]
    );
    assert_eq!(filled(&total, "ONLINE").len(), 4, "from a month before");
    assert_eq!(total["cumulative"], true);
}

fn scopes(world: &mut World) {
    cast(world, "2026-05-01T10:00:00Z", "'TELEPHONE'", ELECTION);
    cast(world, "2026-05-01T10:00:00Z", "'TELEPHONE'", OTHER_ELECTION);
    for (tenant, event) in [(TENANT, OTHER_EVENT), (OTHER_TENANT, FOREIGN_EVENT)] {
        world.run(&format!(
            "INSERT INTO sequent_backend.cast_vote (tenant_id, election_event_id, created_at, channel)
             VALUES ('{tenant}', '{event}', '2026-05-01T10:00:00Z', 'TELEPHONE')"
        ));
    }
    let whole = ask(world, &format!("{DAY}&bucket=1h"));
    assert_eq!(filled(&whole, "TELEPHONE"), ["10:00:00Z 2"]);
    assert_eq!(whole["election_id"], Value::Null);
    let one = ask(world, &format!("{DAY}&bucket=1h&election_id={ELECTION}"));
    assert_eq!(filled(&one, "TELEPHONE"), ["10:00:00Z 1"]);
    assert_eq!(one["election_id"], ELECTION);
    let mut bodies = std::collections::BTreeSet::new();
    for query in [
        format!("election_event_id={FOREIGN_EVENT}"),
        format!("election_event_id={NOWHERE}"),
        format!("election_event_id={EVENT}&election_id={NOWHERE}"),
        format!("election_event_id={OTHER_EVENT}&election_id={ELECTION}"),
    ] {
        let answer = world.get(&format!("/ballots-by-channel?{query}&{DAY}"));
        assert_eq!(answer.refusal(), "404 NotFound", "{query}");
        bodies.insert(answer.body);
    }
    assert_eq!(bodies.len(), 1);
}

fn labels(world: &mut World) {
    cast(world, "2026-05-01T10:00:00Z", "'TELEPHONE'", ELECTION);
    for at in ["2026-04-30T10:00:00Z", "2026-05-01T10:10:00Z", "2026-05-01T10:20:00Z"] {
        cast(world, at, "'TELEPHONE'", OTHER_ELECTION);
    }
    world.run(&format!(
        "UPDATE sequent_backend.election SET permission_label = 'north' WHERE id = '{ELECTION}';
         UPDATE sequent_backend.election SET permission_label = 'south' WHERE id = '{OTHER_ELECTION}';
         INSERT INTO sequent_backend.cast_vote (tenant_id, election_event_id, created_at, channel)
         VALUES ('{TENANT}', '{EVENT}', '2026-05-01T10:30:00Z', 'TELEPHONE')"
    ));
    let token = |labels: Option<Value>| {
        let mut claims = claims(TENANT, "ada", &[BALLOTS]);
        if let Some(labels) = labels {
            claims["https://hasura.io/jwt/claims"]["x-hasura-permission-labels"] = labels;
        }
        FIRST.token(&claims)
    };
    let window = format!("/ballots-by-channel?election_event_id={EVENT}&{DAY}&bucket=1h");
    // What is shown of the event, of the one election and of the other. The ballot without an
    // election has no label.
    for (labels, whole, one, other) in [
        (Some(json!(r#"{"north","south"}"#)), 4, Some(1), Some(2)),
        (Some(json!("{north}")), 2, Some(1), None),
        (Some(json!("{south,west}")), 3, None, Some(2)),
        (Some(json!(r#"{"north,south"}"#)), 1, None, None),
        (Some(json!("{}")), 1, None, None),
        (Some(json!("north")), 1, None, None),
        (Some(json!(["north"])), 1, None, None),
        (None, 1, None, None),
    ] {
        let token = token(labels.clone());
        let ask = |of: &str| world.ask_as(&token, "GET", &format!("{window}{of}"), None);
        let ballots = |of: &str| ask(of).json()["buckets"][0]["ballots"]["TELEPHONE"].as_i64();
        assert_eq!(ballots(""), Some(whole), "{labels:?}");
        for (election, ballots_of_it) in [(ELECTION, one), (OTHER_ELECTION, other)] {
            let of = format!("&election_id={election}");
            assert_eq!(ballots(&of), ballots_of_it, "{labels:?} {election}");
            if ballots_of_it.is_none() {
                assert_eq!(ask(&of).refusal(), "404 NotFound", "{labels:?} {election}");
            }
        }
    }
    // Nor does the window or a total say that there was something.
    let until = "until=2026-05-01T11:00:00Z&cumulative=true&bucket=1h";
    let path = format!("/ballots-by-channel?election_event_id={EVENT}&{until}");
    let series = world.ask_as(&token(Some(json!("{north}"))), "GET", &path, None).json();
    assert_eq!(series["from"], "2026-05-01T10:00:00Z");
    assert_eq!(series["buckets"][0]["ballots"]["TELEPHONE"], 2);
    let series = world.ask_as(&token(Some(json!("{south}"))), "GET", &path, None).json();
    assert_eq!(series["from"], "2026-04-30T10:00:00Z");
}

fn unknown(world: &mut World) {
    // One that nobody knows cannot be there, and is not lost if it is.
    world.run("ALTER TABLE sequent_backend.cast_vote DROP CONSTRAINT cast_vote_channel");
    for channel in ["NULL", "'ONLINE'", "'KIOSK'", "'EARLY_VOTING'", "'TELEPHONE'", "'PAPER'"] {
        cast(world, "2026-05-01T10:00:00Z", channel, ELECTION);
    }
    let series = ask(world, &format!("{DAY}&bucket=1h"));
    let ballots = json!({"ONLINE": 1, "KIOSK": 1, "EARLY_VOTING": 1, "TELEPHONE": 1, "unknown": 2});
    assert_eq!(series["buckets"][0]["ballots"], ballots);
}

fn no_column(world: &mut World) {
    cast(world, "2026-05-01T10:00:00Z", "'TELEPHONE'", ELECTION);
    world.run("ALTER TABLE sequent_backend.cast_vote DROP COLUMN channel");
    let series = ask(world, &format!("{DAY}&bucket=1h"));
    assert_eq!(filled(&series, "unknown"), ["10:00:00Z 1"]);
    assert_eq!(filled(&series, "TELEPHONE"), [""; 0]);
}

fn default_window(world: &mut World) {
    let until = "until=2026-05-01T11:00:00Z";
    let from = |world: &World, query: &str| ask(world, query)["from"].as_str().unwrap().to_owned();
    assert_eq!(from(world, until), "2026-05-01T10:00:00Z", "nothing to go by: an hour");
    cast(world, "2026-05-01T09:30:00Z", "'TELEPHONE'", ELECTION);
    cast(world, "2026-05-01T09:45:00Z", "'TELEPHONE'", OTHER_ELECTION);
    assert_eq!(from(world, until), "2026-05-01T09:30:00Z", "the first ballot");
    let other = format!("{until}&election_id={OTHER_ELECTION}");
    assert_eq!(from(world, &other), "2026-05-01T09:45:00Z");
    world.run(&format!(
        r#"UPDATE sequent_backend.election_event SET status =
             '{{"voting_period_dates": {{"first_started_at": "2026-05-01T08:00:00Z"}},
                "kiosk_voting_period_dates": {{"first_started_at": null}},
                "telephone_voting_period_dates": {{"first_started_at": "2026-05-01T03:00:00-04:00"}}}}'
           WHERE id = '{EVENT}';
           UPDATE sequent_backend.election SET status =
             '{{"early_voting_period_dates": {{"first_started_at": "2026-05-01T06:00:00Z"}}}}'
           WHERE id = '{OTHER_ELECTION}'"#
    ));
    assert_eq!(from(world, until), "2026-05-01T07:00:00Z", "the first channel that opened");
    assert_eq!(from(world, &other), "2026-05-01T06:00:00Z");
    // Voting that begins after the window has no part in it.
    assert_eq!(from(world, "until=2026-05-01T05:00:00Z"), "2026-05-01T04:00:00Z");
}

fn checked(world: &mut World) {
    let event = format!("election_event_id={EVENT}");
    for (query, field) in [
        (DAY.to_owned(), "election_event_id"),
        (format!("{event}&{DAY}&bucket=5m"), "bucket"),
        (format!("{event}&{DAY}&cumulative=yes"), "cumulative"),
        (format!("{event}&{DAY}&time_zone=Toronto"), "time_zone"),
        (format!("{event}&{DAY}&time_zone=%2B01:00"), "time_zone"),
        (format!("{event}&{DAY}&channel=ONLINE"), "channel"),
        (format!("{event}&from=2026-05-01T10:00:00Z&until=2026-05-01T10:00:00Z"), "from"),
        (
            format!("{event}&from=2026-01-01T00:00:00Z&until=2026-05-01T00:00:00Z&bucket=1m"),
            "bucket",
        ),
        (format!("{event}&election_id=mayor&{DAY}"), "election_id"),
        // Before what a database holds, before what a calendar holds, and just outside.
        (format!("{event}&until=-9000-01-01T00:00:00Z"), "until"),
        (format!("{event}&until=-262143-01-01T00:00:00Z"), "until"),
        (format!("{event}&until=1999-12-31T23:59:59Z"), "until"),
        (format!("{event}&until=%2B262142-12-31T23:59:59Z"), "until"),
        (format!("{event}&from=-9000-01-01T00:00:00Z"), "from"),
        (format!("{event}&from=2101-01-01T00:00:00Z"), "from"),
    ] {
        let answer = world.get(&format!("/ballots-by-channel?{query}"));
        assert_eq!(answer.refusal(), format!("400 InvalidField {field}"), "{query}");
    }
    // The first and the last moment.
    assert_eq!(ask(world, "until=2000-01-01T00:00:00Z")["from"], "1999-12-31T23:00:00Z");
    assert_eq!(ask(world, "until=2100-12-31T23:59:59Z")["until"], "2100-12-31T23:59:59Z");
}
