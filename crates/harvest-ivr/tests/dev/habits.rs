//! Each bad habit: what the caller hears, and which rows there are.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::json;
use test_servers::postgres::Postgres;

use crate::trial;
use crate::world::{Heard, World, connect, refused, taken, until};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("habits::lost_request", postgres, lost_request),
        trial("habits::lost_reply", postgres, lost_reply),
        trial("habits::error_after_commit", postgres, error_after_commit),
        trial("habits::late_commit_that_is_waited_for", postgres, late_commit),
        trial("habits::late_commit_after_an_answer", postgres, late_answer),
        trial("habits::late_commit_and_a_second_send", postgres, late_commit_twice),
        trial("habits::answers_that_are_not_the_platforms", postgres, answers),
        trial("habits::a_number_of_times", postgres, times),
        trial("habits::a_number_goes_on_while_a_switch_waits", postgres, times_and_switch),
        trial("habits::the_database_breaks_off_before_the_commit", postgres, database_breaks),
    ]
}

async fn lost_request(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let (voter, ballot) = (world.voter(), world.ballot(1));
    world.switch(json!({"habits": {"lost_request": {"times": 1}}})).await;
    assert_eq!(world.cast(&voter, &ballot).await, Heard::Broken);
    assert_eq!((world.rows().await, world.report("executions")), (0, 0));
    world.switch(json!({"habits": {"lost_request": {"times": 1, "silent": true}}})).await;
    let settings = || world.server.report()["settings"].take();
    let read = until(async || settings()["habits"]["lost_request"]["times"] == 0);
    assert_eq!(world.cast_and_leave(&voter, &ballot, read).await, Heard::Silence);
    assert_eq!((world.rows().await, world.report("executions")), (0, 0));
    assert_eq!(world.cast(&voter, &ballot).await.code(), taken());
}

async fn lost_reply(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let (voter, other) = (world.voter(), world.voter());
    world.switch(json!({"habits": {"lost_reply": {"times": 1}}})).await;
    assert_eq!(world.cast(&voter, &world.ballot(1)).await, Heard::Broken);
    assert_eq!(world.rows().await, 1);
    world.switch(json!({"habits": {"lost_reply": {"times": 1, "silent": true}}})).await;
    let silent = world.cast_and_leave(&other, &world.ballot(2), world.until_rows(2)).await;
    assert_eq!(silent, Heard::Silence);
    // A refusal is not lost.
    world.switch(json!({"habits": {"lost_reply": {}}})).await;
    let again = world.cast(&voter, &world.ballot(1)).await;
    assert_eq!(again.code(), refused(400, "DuplicateVote"));
    assert_eq!(world.rows().await, 2);
}

/// What is executed once more meets what is recorded (facts 4.3, 9).
async fn error_after_commit(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    for (place, (limit, once, heard, rows, executions)) in [
        (1, true, refused(400, "DuplicateVote"), 1, 2),
        (0, true, refused(400, "DuplicateVote"), 1, 2),
        // The one that was recorded is the first of the six.
        (1, false, refused(400, "CheckRevotesFailed"), 1, 6),
        (0, false, taken(), 2, 2),
    ]
    .into_iter()
    .enumerate()
    {
        world.run("TRUNCATE sequent_backend.cast_vote").await;
        world.limit(Some(limit)).await;
        let habits = json!({"error_after_commit": {"times": 1}});
        world.switch(json!({"patches": {"ballot_once": once}, "habits": habits})).await;
        let before = world.report("executions");
        assert_eq!(world.cast(&world.voter(), &world.ballot(1)).await.code(), heard, "{place}");
        assert_eq!(world.rows().await, rows, "{place}");
        assert_eq!(world.report("executions") - before, executions, "{place}");
    }
    // Always: without a rule against it, each of the six is recorded.
    world.run("TRUNCATE sequent_backend.cast_vote").await;
    world.switch(json!({"habits": {"error_after_commit": {}}})).await;
    let heard = world.cast(&world.voter(), &world.ballot(1)).await;
    assert_eq!(heard.code(), refused(500, "UnknownError"));
    assert_eq!(world.rows().await, 6);
}

async fn late_commit(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let (voter, ballot) = (world.voter(), world.ballot(1));
    world.switch(json!({"habits": {"late_commit": {"times": 1}}})).await;
    let held = world.until_report("held", 1);
    assert_eq!(world.cast_and_leave(&voter, &ballot, held).await, Heard::Silence);
    assert_eq!(world.rows().await, 0);
    // Its caller is gone; it is committed all the same.
    world.server.release();
    world.until_rows(1).await;
    world.until_report("held", 0).await;

    // By the clock, and somebody who waits.
    let habit = json!({"habits": {"late_commit": {"times": 1, "milliseconds": 50}}});
    world.switch(habit).await;
    assert_eq!(world.cast(&world.voter(), &world.ballot(2)).await.code(), taken());
    assert_eq!(world.rows().await, 2);
}

async fn late_answer(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.switch(json!({"habits": {"late_commit": {"times": 1, "status": 504}}})).await;
    let heard = world.cast(&world.voter(), &world.ballot(1)).await;
    assert_eq!(heard, Heard::Answer(504, String::new(), String::new()));
    world.until_report("held", 1).await;
    assert_eq!(world.rows().await, 0);
    let release = format!("{}/dev/release", world.server.url());
    assert_eq!(reqwest::Client::new().post(release).send().await.unwrap().status().as_u16(), 200);
    world.until_rows(1).await;
}

/// The first send comes to rest after the second has been answered (DECISIONS 66, 67).
async fn late_commit_twice(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let late = json!({"habits": {"late_commit": {"times": 1, "status": 504}}});
    // With the patches the second one waits for the first, and meets it.
    let (voter, ballot) = (world.voter(), world.ballot(1));
    world.switch(late.clone()).await;
    assert_eq!(world.cast(&voter, &ballot).await.code(), refused(504, "-"));
    let (second, ()) = tokio::join!(world.cast(&voter, &ballot), async {
        world.until_waiting(1).await;
        assert_eq!(world.rows().await, 0);
        world.server.release();
    });
    assert_eq!(second.code(), refused(400, "DuplicateVote"));
    assert_eq!(world.rows().await, 1);

    // Without them both are recorded, though the election takes one.
    world.switch(json!({"patches": {"ballot_once": false, "voter_lock": false}})).await;
    world.switch(late).await;
    let voter = world.voter();
    assert_eq!(world.cast(&voter, &ballot).await.code(), refused(504, "-"));
    world.until_report("held", 1).await;
    assert_eq!(world.cast(&voter, &ballot).await.code(), taken());
    world.server.release();
    world.until_rows(3).await;
}

async fn answers(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let json = "application/json".to_owned();
    let error = r#"{"message":"Internal error"}"#.to_owned();
    let html = "text/html; charset=utf-8".to_owned();
    let page = "<!DOCTYPE html><html><body><h1>Bad Gateway</h1></body></html>".to_owned();
    let nothing = String::new;
    let mut rows = 0;
    for (name, status, heard) in [
        ("server_error", None, Heard::Answer(500, json.clone(), error.clone())),
        ("server_error", Some(503), Heard::Answer(503, json, error)),
        ("empty_error", None, Heard::Answer(503, nothing(), nothing())),
        ("empty_error", Some(500), Heard::Answer(500, nothing(), nothing())),
        ("html", None, Heard::Answer(502, html.clone(), page.clone())),
        ("html", Some(200), Heard::Answer(200, html, page)),
    ] {
        for after_commit in [false, true] {
            let habit = json!({"times": 1, "status": status, "after_commit": after_commit});
            world.switch(json!({"habits": {name: habit}})).await;
            let said = world.cast(&world.voter(), &world.ballot(rows as u64)).await;
            assert_eq!(said, heard, "{name} {after_commit}");
            rows += i64::from(after_commit);
            assert_eq!(world.rows().await, rows, "{name} {after_commit}");
        }
    }
}

async fn times(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.switch(json!({"habits": {"empty_error": {"times": 2}}})).await;
    for status in [503, 503, 200] {
        assert_eq!(world.cast(&world.voter(), &world.ballot(status)).await.json().0, status as u16);
        world.run("TRUNCATE sequent_backend.cast_vote").await;
    }
    world.switch(json!({"habits": {"empty_error": null, "html": {}}})).await;
    for _ in 0..3 {
        assert_eq!(world.cast(&world.voter(), &world.ballot(1)).await.json().0, 502);
    }
    world.switch(json!({"habits": {"html": null}})).await;
    assert_eq!(world.cast(&world.voter(), &world.ballot(1)).await.code(), taken());
}

/// A switch that waits for the database does not bring back what was counted down meanwhile.
async fn times_and_switch(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.switch(json!({"habits": {"html": {"times": 2}}})).await;
    let other = connect(&world.database).await;
    other
        .batch_execute("BEGIN; LOCK TABLE sequent_backend.cast_vote IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let switch = world.switch(json!({"patches": {"ballot_once": false}}));
    let ((), ()) = tokio::join!(switch, async {
        world.until_waiting(1).await;
        // Answered before the database is asked.
        assert_eq!(world.cast(&world.voter(), &world.ballot(1)).await.json().0, 502);
        other.batch_execute("COMMIT").await.unwrap();
    });
    let settings = world.server.report()["settings"].take();
    assert_eq!(settings["habits"]["html"]["times"], 1);
    assert_eq!(settings["patches"]["ballot_once"], false);
}

/// No habit of this server's, but what the retries are for.
async fn database_breaks(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.switch(json!({"habits": {"late_commit": {"times": 1}}})).await;
    let (voter, ballot) = (world.voter(), world.ballot(1));
    let (heard, ()) = tokio::join!(world.cast(&voter, &ballot), async {
        world.until_report("held", 1).await;
        let held = "FROM pg_stat_activity
                    WHERE datname = current_database() AND state = 'idle in transaction'";
        let end = format!("SELECT count(pg_terminate_backend(pid)) {held}");
        assert_eq!(world.number(&end).await, 1);
        // Gone, and not only told to go: or the commit could come before.
        let left = format!("SELECT count(*) {held}");
        until(async || world.number(&left).await == 0).await;
        world.server.release();
    });
    assert_eq!(heard.code(), taken(), "{heard:?}");
    assert_eq!(world.rows().await, 1);
    assert!(world.report("executions") >= 2);
}
