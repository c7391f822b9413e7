use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::json;

use super::support::*;
use crate::fakes::{FakeWorld, WorldState};
use crate::ports::{SessionRow, VoterTokens};
use crate::secret::Secret;

fn through_a_file(world: &FakeWorld) -> WorldState {
    let text = serde_json::to_string(&world.state()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn a_world_goes_on_where_it_stopped() {
    let first = world(|config| config.lockout_after = 3);
    let tokens = log_in(&first, VOTER);
    cast(&first, &tokens, &ballot(0));
    for _ in 0..3 {
        try_log_in(&first, "87654321", "0000");
    }
    first.rotate_sealing_key("dev-2", [9; 32]);
    let row = SessionRow {
        contact_id: "c".into(),
        version: 1,
        ttl: i64::MAX,
        key_id: "dev-2".into(),
        sealed: vec![0, 255, 7],
    };
    block_on(first.ports().session.create(&row, 0, soon(&first))).unwrap();
    first.clock().advance(TimeDelta::seconds(90));

    let second = world(|config| config.lockout_after = 3);
    second.restore(through_a_file(&first));
    assert_eq!(second.clock().now(), noon() + TimeDelta::seconds(90));
    assert_eq!(second.rows()["c"], row);
    assert_eq!(second.accepted_ballots(), [], "since its own start");
    assert_eq!(word(&cast(&second, &tokens, &ballot(2))), "duplicate_vote");
    assert_eq!(try_log_in(&second, "87654321", PIN), crate::ports::LoginOutcome::WrongCredentials);
    let refresh_token = tokens.refresh_token.unwrap();
    block_on(second.ports().auth.refresh(&route(), &refresh_token, soon(&second))).unwrap();
    let keys = second.ports().sealing_keys;
    assert_eq!(block_on(keys.current(soon(&second))).unwrap().id(), "dev-2");
}

#[test]
fn the_same_seed_draws_the_same_bytes_and_none_twice() {
    let draw = |world: &FakeWorld| {
        let mut bytes = [0; 12];
        world.ports().entropy.fill(&mut bytes);
        bytes
    };
    let (one, two, other) = (world(|_| {}), world(|_| {}), world(|config| config.seed = 1));
    let first = draw(&one);
    assert_eq!(draw(&two), first);
    assert_ne!(draw(&other), first);
    // What the backends draw does not matter to the engine.
    log_in(&one, VOTER);
    let next = draw(&one);
    assert_eq!(draw(&two), next);
    let on = world(|_| {});
    on.restore(through_a_file(&one));
    assert!(![first, next].contains(&draw(&on)));
}

#[test]
fn a_damaged_state_is_not_read() {
    let mut value = serde_json::to_value(world(|_| {}).state()).unwrap();
    value["sealing_key"] = json!("AAAA");
    assert!(serde_json::from_value::<WorldState>(value.clone()).is_err());
    value.as_object_mut().unwrap().remove("sealing_key");
    assert!(serde_json::from_value::<WorldState>(value).is_err());
}

#[test]
fn tokens_of_a_real_keycloak_serve_when_they_are_let_in() {
    let world = world(|_| {});
    let claims = log_in(&world, VOTER).claims;
    let payload = json!({
        "exp": claims.expires_at, "iss": claims.issuer, "azp": "ivr-voting",
        "https://hasura.io/jwt/claims": {
            "x-hasura-user-id": "somebody", "x-hasura-tenant-id": claims.tenant_id,
            "x-hasura-area-id": claims.area_id,
            "authorized-election-ids": claims.authorized_election_ids,
        },
    });
    let token = format!("e30.{}.e30", URL_SAFE_NO_PAD.encode(payload.to_string()));
    let access_token = Secret::new(token);
    let foreign = VoterTokens { access_token, refresh_token: None, claims };
    assert_eq!(word(&cast(&world, &foreign, &ballot(0))), "http_401");
    world.accept_foreign_tokens();
    assert_eq!(word(&cast(&world, &foreign, &ballot(0))), "recorded");
    assert_eq!(world.accepted_ballots()[0].user_id, "somebody");
    world.clock().advance(TimeDelta::seconds(300));
    assert_eq!(word(&cast(&world, &foreign, &ballot(0))), "http_401");
}
