//! Many casts of one voter at once: with the lock as many rows as allowed, without it more.

use std::sync::Arc;

use futures_util::future::join_all;
use libtest_mimic::Trial;
use serde_json::json;
use test_servers::postgres::Postgres;

use crate::fixture::Ballot;
use crate::trial;
use crate::voter::Voter;
use crate::world::{Heard, World, connect, refused, taken};

/// Casts at once.
const CASTS: u64 = 200;
/// How many of them have a connection to the database.
const CONNECTIONS: u64 = 16;

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("race::with_the_lock", postgres, with_lock),
        trial("race::without_the_lock", postgres, without_lock),
        trial("race::held_back_with_the_lock", postgres, held_with_lock),
        trial("race::who_counts_last", postgres, trigger),
        trial("race::one_ballot_of_two_voters", postgres, one_ballot),
    ]
}

async fn world(postgres: &Postgres) -> World {
    let world = World::start(postgres).await;
    open(&world).await;
    world
}

/// Two channels are open.
async fn open(world: &World) {
    world
        .run(
            r#"UPDATE sequent_backend.election
               SET status = '{"voting_status": "OPEN", "telephone_voting_status": "OPEN"}'
               WHERE id = $E"#,
        )
        .await;
}

/// One voter with a login at each of two clients.
async fn all_at_once(world: &World, voter: &Voter, ballots: &[Ballot]) -> Vec<(u16, String)> {
    let logins = [voter.clone(), voter.through("voting-portal")];
    let casts = ballots.iter().zip(logins.iter().cycle());
    let heard = join_all(casts.map(|(ballot, login)| world.cast(login, ballot))).await;
    heard.iter().map(Heard::code).collect()
}

fn count(heard: &[(u16, String)], what: &(u16, String)) -> i64 {
    i64::try_from(heard.iter().filter(|one| *one == what).count()).unwrap()
}

async fn with_lock(postgres: Arc<Postgres>) {
    let world = world(&postgres).await;
    let ballots: Vec<Ballot> = (0..CASTS).map(|number| world.ballot(number)).collect();
    for (limit, rows) in [(1, 1), (3, 3), (0, 200)] {
        world.run("TRUNCATE sequent_backend.cast_vote").await;
        world.limit(Some(limit)).await;
        let heard = all_at_once(&world, &world.voter(), &ballots).await;
        assert_eq!(world.rows().await, rows, "limit {limit}");
        assert_eq!(count(&heard, &taken()), rows, "limit {limit}");
        let refusals = count(&heard, &refused(400, "CheckRevotesFailed"));
        assert_eq!(refusals, 200 - rows, "limit {limit}: {heard:?}");
        println!("with the lock, limit {limit}: {rows} rows of 200 casts, {refusals} refused");
    }
    for channel in ["TELEPHONE", "ONLINE"] {
        let sql = "SELECT count(*) FROM sequent_backend.cast_vote WHERE channel = ";
        assert_eq!(world.number(&format!("{sql}'{channel}'")).await, 100);
    }
}

/// All that have a connection count before any of them commits: so each is recorded.
async fn without_lock(postgres: Arc<Postgres>) {
    let world = world(&postgres).await;
    world.switch(json!({"patches": {"voter_lock": false}})).await;
    let ballots: Vec<Ballot> = (0..CASTS).map(|number| world.ballot(number)).collect();
    for limit in [1, 3] {
        world.run("TRUNCATE sequent_backend.cast_vote").await;
        world.limit(Some(limit)).await;
        world.switch(json!({"habits": {"late_commit": {"times": CONNECTIONS}}})).await;
        let voter = world.voter();
        let (heard, ()) = tokio::join!(all_at_once(&world, &voter, &ballots), async {
            world.until_report("held", CONNECTIONS).await;
            assert_eq!(world.rows().await, 0);
            world.server.release();
        });
        let rows = world.rows().await;
        assert_eq!(count(&heard, &taken()), rows, "limit {limit}");
        println!("without the lock, limit {limit}: {rows} rows of 200 casts");
        match limit {
            // Whoever comes later sees one at least.
            1 => assert_eq!(rows, CONNECTIONS as i64),
            _ => assert!(rows >= CONNECTIONS as i64, "{rows}"),
        }
    }
}

/// The same, with the lock: one is held back, all others wait for it and count it.
async fn held_with_lock(postgres: Arc<Postgres>) {
    let world = world(&postgres).await;
    world.limit(Some(1)).await;
    world.switch(json!({"habits": {"late_commit": {"times": CONNECTIONS}}})).await;
    let ballots: Vec<Ballot> = (0..CASTS).map(|number| world.ballot(number)).collect();
    let voter = world.voter();
    let (heard, ()) = tokio::join!(all_at_once(&world, &voter, &ballots), async {
        world.until_waiting(CONNECTIONS as i64 - 1).await;
        assert_eq!(world.report("held"), 1);
        world.server.release();
    });
    assert_eq!((count(&heard, &taken()), world.rows().await), (1, 1));
}

/// Between the application's count and the insertion another ballot is committed. Without the lock
/// the database's trigger refuses, at once; with it the application waits before it counts.
async fn trigger(postgres: Arc<Postgres>) {
    let world = world(&postgres).await;
    world.limit(Some(1)).await;
    for (lock, code, executions) in
        [(false, "InsertFailedExceedsAllowedRevotes", 1), (true, "CheckRevotesFailed", 6)]
    {
        world.switch(json!({"patches": {"voter_lock": lock}})).await;
        let (voter, ballot) = (world.voter(), world.ballot(1));
        let mut other = connect(&world.database).await;
        let before = other.transaction().await.unwrap();
        let publication = &world.publication;
        before
            .execute(
                "INSERT INTO sequent_backend.cast_vote
                   (tenant_id, election_event_id, election_id, area_id, voter_id_string, ballot_id)
                 VALUES ($1, $2, $3::text::uuid, $4, $5, 'other')",
                &[
                    &publication.tenant,
                    &publication.event,
                    &publication.elections[0],
                    &publication.area,
                    &voter.id,
                ],
            )
            .await
            .unwrap();
        // Reading goes on, inserting waits.
        let table = "LOCK TABLE sequent_backend.cast_vote IN SHARE MODE";
        before.batch_execute(table).await.unwrap();
        let executed = world.report("executions");
        let (heard, ()) = tokio::join!(world.cast(&voter, &ballot), async {
            world.until_waiting(1).await;
            before.commit().await.unwrap();
        });
        assert_eq!(heard.code(), refused(400, code), "lock {lock}");
        assert_eq!(world.report("executions") - executed, executions, "lock {lock}");
        assert_eq!(world.rows().await, 1);
        world.run("TRUNCATE sequent_backend.cast_vote").await;
    }
}

/// Neither sees the other's row when it looks; the second meets it all the same.
async fn one_ballot(postgres: Arc<Postgres>) {
    let world = world(&postgres).await;
    world.switch(json!({"habits": {"late_commit": {"times": 1}}})).await;
    let (voter, other, ballot) = (world.voter(), world.voter(), world.ballot(1));
    let (first, second, ()) = tokio::join!(
        world.cast(&voter, &ballot),
        async {
            world.until_report("held", 1).await;
            world.cast(&other, &ballot).await
        },
        async {
            world.until_waiting(1).await;
            world.server.release();
        }
    );
    assert_eq!(first.code(), taken());
    assert_eq!(second.code(), refused(400, "BallotIdMismatch"));
    assert_eq!((world.rows().await, world.report("integrity_alerts")), (1, 1));
}
