//! [`Unverified`] and [`Verified`].

use serde_json::{Value, json};

use super::signer::{NOBODY, REALM, message};
use super::{EXPIRES, ISSUER, NOW, check, claims, set};
use crate::{KeySet, Refused, Unverified};

fn keys() -> KeySet {
    set(&[
        REALM.published("k", &json!({})),
        NOBODY.published("other", &json!({})),
        REALM.published("enc", &json!({"use": "enc"})),
    ])
}

/// What is said at `now` of a token of the realm with one claim different; `null` is `null`.
fn with(claim: &str, value: Value, now: i64) -> Result<(), Refused> {
    let mut claims = claims();
    claims[claim] = value;
    check(&keys(), &REALM.token(&claims), now).map(drop)
}

#[test]
fn a_token_of_the_realm_is_accepted_and_says_for_whom_it_is() {
    let verified = check(&keys(), &REALM.token(&claims()), NOW).unwrap();
    assert_eq!(verified.authorized_party, "ivr-voting");
    assert_eq!(verified.expires_at, EXPIRES);
    assert_eq!(Value::Object(verified.claims), claims());
}

#[test]
fn the_signature_is_by_the_key_that_the_token_names() {
    let keys = keys();
    let header = |header: Value| check(&keys, &REALM.with_header(&header, &claims()), NOW);
    let named = |id: &str| header(json!({"alg": "RS256", "kid": id})).map(drop);
    assert_eq!(named("k"), Ok(()));
    assert_eq!(named("other"), Err(Refused::Signature));
    assert_eq!(named("enc"), Err(Refused::UnknownKey));
    assert_eq!(named("third"), Err(Refused::UnknownKey));
    assert_eq!(header(json!({"alg": "RS256"})), Err(Refused::UnknownKey));
    // A token may bring its own key, or say where keys are: nobody listens.
    let own = json!({"alg": "RS256", "kid": "own", "jku": "https://elsewhere.example/certs",
        "jwk": REALM.published("own", &json!({}))});
    assert_eq!(header(own), Err(Refused::UnknownKey));
    assert_eq!(check(&keys, &NOBODY.token(&claims()), NOW), Err(Refused::Signature));
}

#[test]
fn a_forged_signature_is_none() {
    let good = REALM.token(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let broken = format!("{signed}.{}AAAAAAAA", &signature[..signature.len() - 8]);
    assert_eq!(check(&keys(), &broken, NOW), Err(Refused::Signature));
    for made_up in ["", "c2lnbmF0dXJl"] {
        let token = format!("{signed}.{made_up}");
        assert_eq!(check(&keys(), &token, NOW), Err(Refused::Signature));
    }
    // The signature of another payload.
    let mut other = claims();
    other["azp"] = json!("ivr-service");
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "k"});
    let swapped = format!("{}.{signature}", message(&header, &other));
    assert_eq!(check(&keys(), &swapped, NOW), Err(Refused::Signature));
}

#[test]
fn only_rs256_counts() {
    let with = |alg: &str| json!({"alg": alg, "typ": "JWT", "kid": "k"});
    let confused = REALM.by_shared_secret(&with("HS256"), &claims());
    assert_eq!(check(&keys(), &confused, NOW), Err(Refused::Algorithm));
    let long = REALM.by_sha512(&with("RS512"), &claims());
    assert_eq!(check(&keys(), &long, NOW), Err(Refused::Algorithm));
    let lying = REALM.by_sha512(&with("RS256"), &claims());
    assert_eq!(check(&keys(), &lying, NOW), Err(Refused::Signature));
    for none in ["none", "None", "RS1024", ""] {
        let signed = REALM.with_header(&with(none), &claims());
        let unsigned = format!("{}.", message(&with(none), &claims()));
        for token in [signed, unsigned] {
            assert_eq!(check(&keys(), &token, NOW), Err(Refused::Malformed), "{none}");
        }
    }
}

#[test]
fn a_condition_that_nobody_knows_is_refused() {
    for crit in [json!(["b64"]), json!(["exp"]), json!([])] {
        let header = json!({"alg": "RS256", "kid": "k", "crit": crit, "b64": true});
        let token = REALM.with_header(&header, &claims());
        assert_eq!(check(&keys(), &token, NOW), Err(Refused::Critical), "{crit}");
    }
}

#[test]
fn what_is_no_jwt_is_refused() {
    let good = REALM.token(&claims());
    for text in ["", "abc", "a.b.c", "..", &format!("{good}.x"), &format!("x.{good}"), "é.é.é"] {
        assert_eq!(check(&keys(), text, NOW), Err(Refused::Malformed), "{text}");
    }
    // Well signed, and no claims at all.
    for payload in [json!([]), json!("iss"), json!(7)] {
        assert_eq!(check(&keys(), &REALM.token(&payload), NOW), Err(Refused::Malformed));
    }
}

#[test]
fn what_a_token_must_say() {
    for (claim, value, expected) in [
        ("iss", json!("https://login.example/realms/another"), Refused::Issuer),
        ("iss", json!(format!("{ISSUER}/")), Refused::Issuer),
        ("iss", json!([ISSUER]), Refused::Claim("iss")),
        ("iss", Value::Null, Refused::Claim("iss")),
        ("typ", json!("ID"), Refused::NotAnAccessToken),
        ("typ", json!("Refresh"), Refused::NotAnAccessToken),
        ("typ", json!("bearer"), Refused::NotAnAccessToken),
        ("typ", Value::Null, Refused::Claim("typ")),
        ("azp", json!(["ivr-voting"]), Refused::Claim("azp")),
        ("azp", Value::Null, Refused::Claim("azp")),
        ("exp", json!("1800000300"), Refused::Claim("exp")),
        ("exp", json!(1_800_000_300.5), Refused::Claim("exp")),
        ("exp", json!(u64::MAX), Refused::Claim("exp")),
        ("exp", Value::Null, Refused::Claim("exp")),
        ("nbf", json!("1800000000"), Refused::Claim("nbf")),
        ("nbf", json!(1_800_000_000.5), Refused::Claim("nbf")),
        ("nbf", Value::Null, Refused::Claim("nbf")),
    ] {
        assert_eq!(with(claim, value.clone(), NOW), Err(expected), "{claim} {value}");
    }
    for claim in ["iss", "typ", "azp", "exp"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(claim);
        let refused = check(&keys(), &REALM.token(&claims), NOW);
        assert_eq!(refused, Err(Refused::Claim(claim)));
    }
}

#[test]
fn the_audience_is_not_looked_at() {
    for audience in [json!("account"), json!(["a", "b"]), json!(7), Value::Null] {
        assert_eq!(with("aud", audience.clone(), NOW), Ok(()), "{audience}");
    }
}

#[test]
fn clocks_may_differ_by_ten_seconds_and_no_more() {
    let at = |now| with("exp", json!(1000), now);
    for now in [i64::MIN, 0, 1000, 1009] {
        assert_eq!(at(now), Ok(()), "{now}");
    }
    for now in [1010, i64::MAX] {
        assert_eq!(at(now), Err(Refused::Expired), "{now}");
    }
    for (begins, now, expected) in [
        (500, 489, Err(Refused::NotYetValid)),
        (500, 490, Ok(())),
        (500, EXPIRES + 9, Ok(())),
        (500, EXPIRES + 10, Err(Refused::Expired)),
        (i64::MIN, i64::MIN, Ok(())),
        (i64::MAX, NOW, Err(Refused::NotYetValid)),
    ] {
        assert_eq!(with("nbf", json!(begins), now), expected, "{begins} at {now}");
    }
    assert_eq!(with("exp", json!(i64::MAX), NOW), Ok(()));
    assert_eq!(with("exp", json!(i64::MIN), NOW), Err(Refused::Expired));
}

#[test]
fn an_issuer_is_read_from_a_token_that_says_one() {
    let named = |claims: &Value| {
        let token = REALM.token(claims);
        Unverified::read(&token).unwrap().named_issuer()
    };
    assert_eq!(named(&claims()).as_deref(), Some(ISSUER));
    for none in [json!({}), json!({"iss": null}), json!({"iss": [ISSUER]}), json!([])] {
        assert_eq!(named(&none), None, "{none}");
    }
}

#[test]
fn nothing_of_a_token_is_shown() {
    let mut claims = claims();
    claims["preferred_username"] = json!("canary-voter");
    let token = REALM.token(&claims);
    let unverified = Unverified::read(&token).unwrap();
    assert_eq!(format!("{unverified:?}"), "Unverified { .. }");
    let verified = check(&keys(), &token, NOW).unwrap();
    let shown = format!("{verified:?} {:?}", keys());
    assert!(!shown.contains("canary") && shown.contains("ivr-voting"), "{shown}");
}
