//! Keys that come, go and cannot be had.

use std::time::Duration;

use harvest_ivr::routes::issuers::Reading;
use serde_json::json;

use super::Test;
use super::realm::Answer;
use super::tokens::{FIRST, Key, NOBODYS, SECOND};
use super::world::*;

pub(crate) const TESTS: &[Test] = &[
    ("keys_are_read_once_for_many_requests", once),
    ("unknown_key_ids_do_not_have_the_keys_read_again_and_again", flood),
    ("rotated_key_is_found", rotation),
    ("withdrawn_key_ends", withdrawal),
    ("known_keys_outlive_a_realm_that_is_down", down),
    ("without_any_keys_nobody_knows", never),
    ("keys_of_other_addresses_are_not_read", elsewhere),
    ("keys_for_other_purposes_do_not_sign", purposes),
];

const LONG: Duration = Duration::from_secs(100_000);
/// Read whenever there is a reason.
const AT_ONCE: Reading = Reading { at_most_every: Duration::ZERO, kept_for: LONG };

fn token(key: &Key) -> String {
    key.token(&claims(TENANT, "ada", &[MANAGE]))
}

fn status(world: &World, key: &Key) -> u16 {
    world.ask_as(&token(key), "GET", "/blacklist", None).status
}

fn once(world: &mut World) {
    // Eight at once who find none, too.
    let statuses = world.at_once(8, "GET", "/blacklist", None);
    assert_eq!(statuses, [200; 8]);
    for _ in 0..5 {
        assert_eq!(status(world, &FIRST), 200);
    }
    assert_eq!((world.first.asked(), world.second.asked()), (1, 0));
}

fn flood(world: &mut World) {
    assert_eq!(status(world, &FIRST), 200);
    world.restart(Reading { at_most_every: LONG, kept_for: LONG });
    let before = world.first.asked();
    for id in 0..20 {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": format!("unknown-{id}")});
        let token = FIRST.with_header(&header, &claims(TENANT, "ada", &[MANAGE]));
        assert_eq!(world.ask_as(&token, "GET", "/blacklist", None).status, 401);
    }
    assert_eq!(world.first.asked() - before, 1);
    assert_eq!(status(world, &FIRST), 200);
    assert_eq!(world.first.asked() - before, 1);
}

fn rotation(world: &mut World) {
    world.restart(AT_ONCE);
    assert_eq!(status(world, &FIRST), 200);
    let new = Key::new("new");
    assert_eq!(status(world, &new), 401);
    let odd = json!({"kty": "LATER", "kid": "odd", "use": "sig"});
    world.first.set(Answer::Keys(vec![odd, FIRST.jwk(), new.jwk()]));
    assert_eq!(status(world, &new), 200);
    assert_eq!(status(world, &FIRST), 200);
}

fn withdrawal(world: &mut World) {
    world.restart(Reading { at_most_every: Duration::ZERO, kept_for: Duration::ZERO });
    assert_eq!(status(world, &FIRST), 200);
    world.first.set(Answer::Keys(vec![SECOND.jwk()]));
    assert_eq!(status(world, &FIRST), 401);
}

fn down(world: &mut World) {
    world.restart(Reading { at_most_every: Duration::ZERO, kept_for: Duration::ZERO });
    assert_eq!(status(world, &FIRST), 200);
    for answer in [
        Answer::Status(500),
        Answer::Status(204),
        Answer::Padded(vec![NOBODYS.jwk()], 300_000),
        Answer::Elsewhere(world.second.url.clone()),
    ] {
        world.first.set(answer);
        let before = world.first.asked();
        assert_eq!(status(world, &FIRST), 200);
        assert_eq!(world.first.asked() - before, 1, "it was tried");
        assert_eq!(status(world, &NOBODYS), 401);
    }
}

fn never(world: &mut World) {
    world.restart(AT_ONCE);
    for answer in [Answer::Status(503), Answer::Padded(vec![FIRST.jwk()], 300_000)] {
        world.first.set(answer);
        let answer = world.ask_as(&token(&FIRST), "GET", "/blacklist", None);
        assert_eq!(answer.refusal(), "503 ServiceUnavailable");
    }
    world.first.set(Answer::Keys(vec![FIRST.jwk()]));
    assert_eq!(status(world, &FIRST), 200);
}

fn elsewhere(world: &mut World) {
    world.restart(AT_ONCE);
    world.first.set(Answer::Elsewhere(world.second.url.clone()));
    let second = SECOND.with_header(
        &json!({"alg": "RS256", "typ": "JWT", "kid": "second", "jku": world.second.url,
            "jwk": SECOND.jwk()}),
        &claims(TENANT, "ada", &[MANAGE]),
    );
    assert_eq!(world.ask_as(&second, "GET", "/blacklist", None).status, 503);
    assert_eq!(world.second.asked(), 0);
    world.first.set(Answer::Keys(vec![FIRST.jwk()]));
    assert_eq!(world.ask_as(&second, "GET", "/blacklist", None).status, 401);
    assert_eq!(world.second.asked(), 0);
}

fn purposes(world: &mut World) {
    world.restart(AT_ONCE);
    for change in [json!({"use": "enc"}), json!({"use": null}), json!({"alg": "RS512"})] {
        let mut key = FIRST.jwk();
        for (name, value) in change.as_object().unwrap() {
            match value.is_null() {
                true => drop(key.as_object_mut().unwrap().remove(name)),
                false => key[name] = value.clone(),
            }
        }
        world.first.set(Answer::Keys(vec![key]));
        assert_eq!(status(world, &FIRST), 401, "{change}");
    }
}
