//! Ballots that are taken, and what is in the box then.

use std::sync::Arc;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use test_servers::postgres::Postgres;

use crate::trial;
use crate::world::{World, arguments, refused, taken};

pub(crate) fn trials(postgres: Option<&Arc<Postgres>>) -> Vec<Trial> {
    vec![
        trial("ballots::an_accepted_ballot_opens", postgres, opens),
        trial("ballots::reference_ballots", postgres, references),
        trial("ballots::both_doors", postgres, doors),
        trial("ballots::a_copied_ballot_is_refused", postgres, copied),
    ]
}

async fn opens(postgres: Arc<Postgres>) {
    for publication in ["barrie", "toronto", "large"] {
        let world = World::of(publication, &postgres).await;
        let voter = world.voter();
        let (ballot, choices) = world.publication.seal(1);
        let request = world.request(&voter, &ballot).header("x-forwarded-for", "192.0.2.7");
        let (status, row) = world.send(request.header("cf-ipcountry", "CA")).await.json();
        assert_eq!(status, 200, "{publication}: {row}");
        let sql = "SELECT to_jsonb(v) FROM sequent_backend.cast_vote v";
        let kept: Value = world.sql.query_one(sql, &[]).await.unwrap().get(0);
        for key in [
            "id",
            "tenant_id",
            "election_event_id",
            "election_id",
            "area_id",
            "ballot_id",
            "content",
            "voter_id_string",
        ] {
            assert!(row[key].is_string(), "{publication}: {key}");
            assert_eq!(row[key], kept[key], "{publication}: {key}");
        }
        assert_eq!(row["ballot_id"], ballot.ballot_id);
        assert_eq!(row["voter_id_string"], voter.id);
        assert_eq!(kept["channel"], "TELEPHONE");
        assert_eq!(kept["annotations"], json!({"ip": "192.0.2.7", "country": "CA"}));
        // An array of numbers here, bytes there; zeros where nobody signed.
        let signature: Vec<u8> =
            serde_json::from_value(row["cast_ballot_signature"].clone()).unwrap();
        assert_eq!(signature.len(), 64);
        assert_eq!(signature.iter().any(|byte| *byte != 0), publication == "barrie");
        let sql = "SELECT cast_ballot_signature FROM sequent_backend.cast_vote";
        assert_eq!(world.sql.query_one(sql, &[]).await.unwrap().get::<_, Vec<u8>>(0), signature);
        let content = kept["content"].as_str().unwrap();
        assert_eq!(world.publication.open(&ballot.election_id, content), choices);
    }
}

/// Those of the platform's own code, each by a voter of its own.
async fn references(postgres: Arc<Postgres>) {
    for publication in ["barrie", "toronto", "large"] {
        let world = World::of(publication, &postgres).await;
        let references = world.publication.references();
        assert_eq!(references.len(), 20);
        for (ballot, _) in &references {
            let heard = world.cast(&world.voter(), ballot).await;
            assert_eq!(heard.code(), taken(), "{publication}: {heard:?}");
        }
        assert_eq!(world.rows().await, 20);
        let sql = "SELECT content FROM sequent_backend.cast_vote WHERE ballot_id = $1";
        for (ballot, choices) in references {
            let row = world.sql.query_one(sql, &[&ballot.ballot_id]).await.unwrap();
            let mut choices = choices;
            choices.values_mut().for_each(|chosen| chosen.sort_unstable());
            let opened = world.publication.open(&ballot.election_id, row.get(0));
            assert_eq!(opened, choices, "{publication}");
        }
    }
}

/// As the platform's action sends it, and as an action without a transformation does.
async fn doors(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    let (voter, ballot) = (world.voter(), world.ballot(1));
    let action = json!({
        "action": {"name": "insert_cast_vote"}, "input": arguments(&ballot),
        "session_variables": {"x-hasura-role": "user", "x-hasura-user-id": "somebody else"},
        "request_query": "mutation { insert_cast_vote { id } }",
    });
    let with_charset = world.post(&voter).header("content-type", "application/json; charset=utf-8");
    let (status, row) = world.send(with_charset.body(action.to_string())).await.json();
    assert_eq!(status, 200, "{row}");
    // Who votes is the token's to say.
    assert_eq!(row["voter_id_string"], voter.id);
    assert_eq!(world.cast(&voter, &ballot).await.code(), refused(400, "DuplicateVote"));
    let elsewhere = reqwest::Client::new().get(format!("{}/other", world.server.url()));
    assert_eq!(world.send(elsewhere).await.json(), (404, json!({"message": "Not found"})));
}

async fn copied(postgres: Arc<Postgres>) {
    let world = World::start(&postgres).await;
    world.limit(Some(0)).await;
    let (voter, other, ballot) = (world.voter(), world.voter(), world.ballot(1));
    assert_eq!(world.cast(&voter, &ballot).await.code(), taken());
    let heard = world.cast(&other, &ballot).await;
    assert_eq!(heard.code(), refused(400, "BallotIdMismatch"));
    assert_eq!(world.report("integrity_alerts"), 1);
    // Whoever repeats their own raises none.
    assert_eq!(world.cast(&voter, &ballot).await.code(), refused(400, "DuplicateVote"));
    assert_eq!(world.report("integrity_alerts"), 1);
    assert_eq!(world.rows().await, 1);
    // Neither of the two was executed more than once.
    assert_eq!(world.report("executions"), 3);
}
