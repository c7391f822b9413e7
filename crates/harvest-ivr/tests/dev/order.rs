//! The checks and their order (facts 4.2, 4.3, 4.4, 4.7).

use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::faults::{Case, Fault, ORDER};
use crate::fixture::Ballot;
use crate::trial;
use crate::voter::HASURA;
use crate::world::{World, refused, taken};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("order::each_check_refuses_alone", postgres, each_alone),
        trial("order::the_earlier_check_wins", postgres, earlier_wins),
        trial("order::every_claim_that_the_decoder_requires", postgres, claims),
        trial("order::another_tenants_area_is_none", postgres, tenants),
        trial("order::a_refusal_costs_three_seconds", postgres, three_seconds),
        trial("order::every_status_but_open_refuses", postgres, statuses),
        trial("order::a_limit_is_a_number_of_ballots", postgres, limits),
        trial("order::ballots_without_an_area_do_not_count", postgres, no_area),
        trial("order::a_query_that_fails", postgres, queries),
        trial("order::json_null_is_not_nothing", postgres, json_null),
    ]
}

/// What was heard, and how often the cast was executed.
async fn heard(world: &World, valid: &Ballot, faults: &[&Fault]) -> (u16, String, String, u64) {
    let before = world.report("executions");
    let rows_of_faults =
        faults.iter().filter(|one| ["twice", "other area", "limit"].contains(&one.name));
    let rows_of_faults = i64::try_from(rows_of_faults.count()).unwrap();
    let heard = Case::of(world, faults).cast(world, valid).await;
    let (status, body) = heard.json();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let taken = i64::from(status == 200);
    assert_eq!(world.rows().await, rows_of_faults + taken, "{status} {body}");
    let executions = world.report("executions") - before;
    (status, text(&body["extensions"]["code"]), text(&body["message"]), executions)
}

fn check(fault: &Fault, heard: &(u16, String, String, u64), with: &str) {
    let (status, code, message, executions) = heard;
    let name = fault.name;
    assert_eq!((*status, code.as_str()), (fault.status, fault.code), "{name}{with}: {message}");
    assert!(message.contains(fault.message), "{name}{with}: {message}");
    assert_eq!(*executions, fault.executions, "{name}{with}: executions");
}

async fn each_alone(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let valid = world.ballot(1);
    let (status, code, _, executions) = heard(&world, &valid, &[]).await;
    assert_eq!((status, code.as_str(), executions), (200, "-", 1));
    for fault in ORDER {
        check(fault, &heard(&world, &valid, &[fault]).await, "");
    }
}

async fn earlier_wins(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let valid = world.ballot(1);
    for (place, earlier) in ORDER.iter().enumerate() {
        for later in &ORDER[place + 1..] {
            let heard = heard(&world, &valid, &[earlier, later]).await;
            check(earlier, &heard, &format!(" before {}", later.name));
        }
    }
}

/// The platform's decoder, claim by claim: away, and of another type.
async fn claims(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.limit(Some(0)).await;
    let required = [
        "exp",
        "iat",
        "jti",
        "iss",
        "sub",
        "typ",
        "azp",
        "acr",
        "scope",
        "allowed-origins",
        "email_verified",
        HASURA,
    ];
    let of_hasura = [
        "x-hasura-default-role",
        "x-hasura-tenant-id",
        "x-hasura-user-id",
        "x-hasura-allowed-roles",
    ];
    let unknown = (401, json!({"message": "Unknown Error"}));
    for name in required.into_iter().chain(of_hasura) {
        for wrong in [None, Some(json!({"a": 1}))] {
            let mut voter = world.voter();
            let claims = if of_hasura.contains(&name) {
                &mut voter.claims[HASURA]
            } else {
                &mut voter.claims
            };
            let claims = claims.as_object_mut().unwrap();
            claims.remove(name);
            if let Some(wrong) = wrong {
                claims.insert(name.to_owned(), wrong);
            }
            assert_eq!(world.cast(&voter, &world.ballot(1)).await.json(), unknown, "{name}");
        }
    }
    // What it does not require, and does not look at.
    let mut voter = world.voter();
    voter.claims["exp"] = json!(1);
    voter.claims["aud"] = json!(["account"]);
    assert_eq!(world.cast(&voter, &world.ballot(1)).await.code(), taken());
    let whole = voter.header();
    let without = whole.trim_start_matches("Bearer ");
    for header in ["", "Bearer", "Bearer x", "Bearer x.y.z", "Basic eA==", without] {
        let request = world.post(&voter).build().unwrap();
        let again = reqwest::Client::new().post(request.url().clone());
        let again =
            again.header("content-type", "application/json").header("authorization", header);
        assert_eq!(world.send(again.body("{}")).await.json(), unknown, "{header}");
    }
}

/// The area is looked for in the token's tenant.
async fn tenants(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let mut voter = world.voter();
    voter.claims[HASURA]["x-hasura-tenant-id"] = json!(uuid::Uuid::new_v4());
    let heard = world.cast(&voter, &world.ballot(1)).await;
    assert_eq!(heard.code(), refused(404, "AreaNotFound"));
}

/// Six executions, and the sleeps between them; what is not tried again is not waited for.
async fn three_seconds(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let sleeps = [100, 200, 400, 800, 1600];
    world.switch(json!({ "retry_milliseconds": sleeps })).await;
    world.limit(Some(1)).await;
    let voter = world.voter();
    assert_eq!(world.cast(&voter, &world.ballot(1)).await.code(), taken());
    let before = Instant::now();
    let second = world.cast(&voter, &world.ballot(2)).await;
    assert_eq!(second.code(), refused(400, "CheckRevotesFailed"));
    assert!(before.elapsed() >= Duration::from_millis(sleeps.iter().sum()));
    assert_eq!(world.report("executions"), 1 + 6);
    assert_eq!(world.cast(&voter, &world.ballot(1)).await.code(), refused(400, "DuplicateVote"));
    assert_eq!(world.report("executions"), 1 + 6 + 1);
    let settings = harvest_ivr::dev::settings::Settings::default();
    assert_eq!(settings.retry_milliseconds, sleeps);
}

/// Of the election; the event's own is not looked at.
async fn statuses(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.limit(Some(0)).await;
    let voter = world.voter();
    world
        .run(
            r#"UPDATE sequent_backend.election_event
                SET status = '{"telephone_voting_status": "CLOSED"}'"#,
        )
        .await;
    for (number, status) in ["NOT_STARTED", "OPEN", "PAUSED", "OPEN", "CLOSED"].iter().enumerate() {
        let set = format!(
            r#"UPDATE sequent_backend.election
               SET status = jsonb_set(status, '{{telephone_voting_status}}', '"{status}"')
               WHERE id = $E"#
        );
        world.run(&set).await;
        let heard = world.cast(&voter, &world.ballot(number as u64)).await.code();
        let expected = if *status == "OPEN" { taken() } else { refused(401, "CheckStatusFailed") };
        assert_eq!(heard, expected, "{status}");
    }
    world.run("UPDATE sequent_backend.election SET status = NULL WHERE id = $E").await;
    let heard = world.cast(&voter, &world.ballot(9)).await;
    assert_eq!(heard.code(), refused(401, "CheckStatusFailed"));
}

/// Null is one ballot, 0 is any number (facts 4.5).
async fn limits(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    for (limit, casts) in [(None, 1), (Some(1), 1), (Some(3), 3), (Some(0), 5)] {
        world.limit(limit).await;
        let voter = world.voter();
        for number in 0..5 {
            // Of this limit alone.
            let ballot = world.ballot(100 * (casts + u64::from(limit.is_none())) + number);
            let heard = world.cast(&voter, &ballot).await.code();
            let expected =
                if number < casts { taken() } else { refused(400, "CheckRevotesFailed") };
            assert_eq!(heard, expected, "limit {limit:?}, ballot {number}");
        }
    }
}

/// Neither as ballots of the voter's area nor as ones of another; the database's trigger counts them.
async fn no_area(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let voter = world.voter();
    world
        .run(&format!(
            "INSERT INTO sequent_backend.cast_vote
               (tenant_id, election_event_id, election_id, voter_id_string, ballot_id)
             VALUES ($T, $V, $E, '{}', 'one')",
            voter.id
        ))
        .await;
    for (limit, expected) in [(1, refused(400, "InsertFailedExceedsAllowedRevotes")), (2, taken())]
    {
        world.limit(Some(limit)).await;
        assert_eq!(world.cast(&voter, &world.ballot(1)).await.code(), expected, "{limit}");
    }
}

/// What is said when the database cannot be asked, table by table.
async fn queries(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    for (table, expected) in [
        ("area", refused(400, "GetAreaIdFailed")),
        ("election_event", refused(404, "ElectionEventNotFound")),
        ("election", refused(500, "InternalServerError")),
        ("cast_vote", refused(400, "CheckPreviousVotesFailed")),
    ] {
        let (before, away) = (world.report("executions"), format!("{table}_away"));
        world.run(&format!("ALTER TABLE sequent_backend.{table} RENAME TO {away}")).await;
        let heard = world.cast(&world.voter(), &world.ballot(1)).await.code();
        assert_eq!(heard, expected, "{table}");
        assert_eq!(world.report("executions") - before, 6, "{table}");
        world.run(&format!("ALTER TABLE sequent_backend.{away} RENAME TO {table}")).await;
    }
    assert_eq!(world.cast(&world.voter(), &world.ballot(1)).await.code(), taken());
}

/// A column with nothing in it takes what is usual; one with JSON's null cannot be read.
async fn json_null(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    for (column, expected) in [
        ("area SET presentation", refused(400, "DeserializeAreaPresentationFailed")),
        ("election SET status", refused(500, "InternalServerError")),
        ("election_event SET presentation", refused(404, "ElectionEventNotFound")),
    ] {
        world.run(&format!("UPDATE sequent_backend.{column} = 'null'")).await;
        let heard = world.cast(&world.voter(), &world.ballot(1)).await.code();
        assert_eq!(heard, expected, "{column}");
        world.run(&format!("UPDATE sequent_backend.{column} = NULL")).await;
    }
    // Nothing is single contests, and this ballot is none; what is no policy is no event.
    let cast = async || world.cast(&world.voter(), &world.ballot(1)).await.code();
    assert_eq!(cast().await, refused(400, "DeserializeBallotFailed"));
    for (policy, expected) in [
        ("\"single-contest\"", refused(400, "DeserializeBallotFailed")),
        ("null", refused(400, "DeserializeBallotFailed")),
        ("\"both\"", refused(404, "ElectionEventNotFound")),
        ("7", refused(404, "ElectionEventNotFound")),
    ] {
        let set = "UPDATE sequent_backend.election_event
                   SET presentation = '{\"contest_encryption_policy\": $P}'";
        world.run(&set.replace("$P", policy)).await;
        assert_eq!(cast().await, expected, "{policy}");
    }
}
