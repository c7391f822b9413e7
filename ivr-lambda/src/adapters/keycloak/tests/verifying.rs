//! [`Verifier`].

use std::sync::Arc;
use std::sync::Mutex;

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::http::HttpError;
use crate::adapters::keycloak::{Verifier, VerifyError};

const KEY: &[u8] = include_bytes!("signing_key.der");
const OTHER: &[u8] = include_bytes!("other_key.der");
const ISSUER: &str = "https://keycloak.example.org/realms/tenant-a-event-b";

fn jwk(key: &[u8], kid: &str, usage: PublicKeyUse) -> Value {
    let mut jwk =
        Jwk::from_encoding_key(&EncodingKey::from_rsa_der(key), Algorithm::RS256).unwrap();
    jwk.common.key_id = Some(kid.to_owned());
    jwk.common.public_key_use = Some(usage);
    serde_json::to_value(jwk).unwrap()
}

fn set(keys: &[Value]) -> String {
    json!({"keys": keys}).to_string()
}

fn signs(kid: &str) -> Value {
    jwk(KEY, kid, PublicKeyUse::Signature)
}

fn claims() -> Value {
    json!({"iss": ISSUER, "exp": 1_800_000_300, "azp": "ivr-voting", "typ": "Bearer"})
}

fn signed(kid: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = kid.map(str::to_owned);
    encode(&header, claims, &EncodingKey::from_rsa_der(KEY)).unwrap()
}

struct Checking {
    asking: Asking,
    server: Server,
    verifier: Verifier,
    answer: Arc<Mutex<Answer>>,
}

impl Checking {
    async fn with(first: Answer) -> Self {
        let asking = Asking::new();
        let answer = Arc::new(Mutex::new(first));
        let now = answer.clone();
        let server = Server::start(move |_| now.lock().unwrap().clone()).await;
        let url = format!("{}/certs", server.url).parse().unwrap();
        let verifier = Verifier::new(asking.http.clone(), url, Default::default());
        Self { asking, server, verifier, answer }
    }

    async fn check(&self, token: &str) -> Result<String, VerifyError> {
        let verified = self.verifier.verify(ISSUER, token, self.asking.within(2000)).await?;
        Ok(verified.authorized_party)
    }
}

#[tokio::test]
async fn a_token_of_the_realm_is_accepted_and_says_for_whom_it_is() {
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    for _ in 0..5 {
        let token = signed(Some("k1"), &claims());
        assert_eq!(checking.check(&token).await.as_deref(), Ok("ivr-voting"));
    }
    assert_eq!(checking.server.count(), 1, "keys are kept");
    // Whatever the audience says, and whether it says anything: Keycloak puts roles' clients there.
    for aud in [json!("account"), json!(["a", "b"]), json!(7), Value::Null] {
        let mut claims = claims();
        claims["aud"] = aud;
        assert!(checking.check(&signed(Some("k1"), &claims)).await.is_ok());
    }
}

#[tokio::test]
async fn what_a_token_must_say() {
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    for (claim, value, expected) in [
        ("iss", json!("https://keycloak.example.org/realms/another"), VerifyError::Issuer),
        ("iss", Value::Null, VerifyError::Missing("iss")),
        ("azp", Value::Null, VerifyError::Missing("azp")),
        ("exp", Value::Null, VerifyError::Missing("exp")),
        ("exp", json!("1800000300"), VerifyError::Missing("exp")),
        ("exp", json!(1_799_999_990), VerifyError::Expired),
        ("typ", json!("ID"), VerifyError::NotAnAccessToken),
        ("typ", json!("Refresh"), VerifyError::NotAnAccessToken),
        ("typ", Value::Null, VerifyError::Missing("typ")),
    ] {
        let mut claims = claims();
        claims[claim] = value.clone();
        let checked = checking.check(&signed(Some("k1"), &claims)).await;
        assert_eq!(checked, Err(expected), "{claim} {value}");
    }
    let mut late = claims();
    late["exp"] = json!(1_799_999_991);
    assert!(checking.check(&signed(Some("k1"), &late)).await.is_ok(), "within the leeway");
}

#[tokio::test]
async fn only_rs256_by_a_published_signing_key() {
    let keys = [
        signs("k1"),
        jwk(OTHER, "k2", PublicKeyUse::Signature),
        jwk(KEY, "enc", PublicKeyUse::Encryption),
    ];
    let checking = Checking::with(Answer::json(200, set(&keys))).await;
    let check = async |token: String| checking.check(&token).await;
    assert_eq!(check(signed(Some("k2"), &claims())).await, Err(VerifyError::Signature));
    assert_eq!(check(signed(Some("enc"), &claims())).await, Err(VerifyError::UnknownKey));
    assert_eq!(check(signed(None, &claims())).await, Err(VerifyError::UnknownKey));
    let mut broken = signed(Some("k1"), &claims());
    broken.replace_range(broken.len() - 8.., "AAAAAAAA");
    assert_eq!(check(broken).await, Err(VerifyError::Signature));
    // A secret anybody knows is not a signature.
    let mut hs = Header::new(Algorithm::HS256);
    hs.kid = Some("k1".into());
    let hs = encode(&hs, &claims(), &EncodingKey::from_secret(b"public key")).unwrap();
    assert_eq!(check(hs).await, Err(VerifyError::Algorithm));
    let rs512 = Header { kid: Some("k1".into()), ..Header::new(Algorithm::RS512) };
    let rs512 = encode(&rs512, &claims(), &EncodingKey::from_rsa_der(KEY)).unwrap();
    assert_eq!(check(rs512).await, Err(VerifyError::Algorithm));
    for garbage in ["", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let refused = check(garbage.to_owned()).await;
        assert!(matches!(refused, Err(VerifyError::Malformed | VerifyError::Algorithm)));
    }
}

#[tokio::test]
async fn the_token_does_not_say_where_the_keys_are() {
    let elsewhere = Server::start(|_| Answer::json(200, set(&[signs("k9")]))).await;
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    let header = Header {
        kid: Some("k9".into()),
        jku: Some(elsewhere.url.clone()),
        jwk: Some(serde_json::from_value(signs("k9")).unwrap()),
        ..Header::new(Algorithm::RS256)
    };
    let token = encode(&header, &claims(), &EncodingKey::from_rsa_der(KEY)).unwrap();
    assert_eq!(checking.check(&token).await, Err(VerifyError::UnknownKey));
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn an_unknown_key_has_the_keys_read_again_at_most_once_in_thirty_seconds() {
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    checking.check(&signed(Some("k1"), &claims())).await.unwrap();
    *checking.answer.lock().unwrap() = Answer::json(200, set(&[signs("k1"), signs("k2")]));
    let rotated = signed(Some("k2"), &claims());
    for _ in 0..20 {
        assert_eq!(checking.check(&rotated).await, Err(VerifyError::UnknownKey));
    }
    assert_eq!(checking.server.count(), 1, "read a moment ago");
    checking.asking.clock.advance(30_000);
    assert!(checking.check(&rotated).await.is_ok());
    for _ in 0..20 {
        assert!(checking.check(&signed(Some("made up"), &claims())).await.is_err());
    }
    assert_eq!(checking.server.count(), 2);
}

#[tokio::test]
async fn the_old_keys_stay_when_a_reading_fails() {
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    let good = signed(Some("k1"), &claims());
    checking.check(&good).await.unwrap();
    for broken in [
        Answer::problem(503, "", ""),
        Answer::json(200, "{\"keys\":"),
        Answer::json(200, vec![b' '; 300 * 1024]),
    ] {
        *checking.answer.lock().unwrap() = broken;
        checking.asking.clock.advance(30_000);
        let other = checking.check(&signed(Some("k2"), &claims())).await;
        assert_eq!(other, Err(VerifyError::UnknownKey));
        assert!(checking.check(&good).await.is_ok());
    }
    assert_eq!(checking.server.count(), 4);
}

#[tokio::test]
async fn without_any_keys_nothing_is_said_of_the_token() {
    let checking = Checking::with(Answer::json(200, vec![b' '; 300 * 1024])).await;
    let token = signed(Some("k1"), &claims());
    let too_long = VerifyError::Keys(HttpError::TooLong.into());
    assert_eq!(checking.check(&token).await, Err(too_long));
    assert!(matches!(checking.check(&token).await, Err(VerifyError::Keys(_))));
    assert_eq!(checking.server.count(), 1);
}
