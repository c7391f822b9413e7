//! [`Verifier`]: where keys come from, and when. The rule's own tests are in `crates/access-token`.

use std::sync::Arc;
use std::sync::Mutex;

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::server::{Answer, Server};
use super::support::*;
use crate::adapters::http::HttpError;
use crate::adapters::keycloak::{Refused, Verifier, VerifyError};

const KEY: &[u8] = include_bytes!("signing_key.der");
const OTHER: &[u8] = include_bytes!("other_key.der");
const UNKNOWN: VerifyError = VerifyError::Refused(Refused::UnknownKey);
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
}

#[tokio::test]
async fn a_token_is_judged_by_the_rule_at_the_engines_time() {
    let keys = [
        json!({"kty": "LATER", "kid": "later", "use": "sig"}),
        jwk(OTHER, "k2", PublicKeyUse::Signature),
        jwk(KEY, "enc", PublicKeyUse::Encryption),
        signs("k1"),
    ];
    let checking = Checking::with(Answer::json(200, set(&keys))).await;
    let with = async |claim: &str, value: Value| {
        let mut claims = claims();
        claims[claim] = value;
        checking.check(&signed(Some("k1"), &claims)).await
    };
    for (claim, value, expected) in [
        ("iss", json!("https://keycloak.example.org/realms/another"), Refused::Issuer),
        ("exp", json!(1_799_999_990), Refused::Expired),
        ("nbf", json!(1_800_000_011), Refused::NotYetValid),
        ("typ", json!("ID"), Refused::NotAnAccessToken),
        ("azp", Value::Null, Refused::Claim("azp")),
    ] {
        assert_eq!(with(claim, value,).await, Err(expected.into()), "{claim}");
    }
    assert!(with("exp", json!(1_799_999_991)).await.is_ok(), "within the leeway");
    assert!(with("nbf", json!(1_800_000_010)).await.is_ok(), "within the leeway");
    let signed_with = async |kid| checking.check(&signed(kid, &claims())).await;
    assert_eq!(signed_with(Some("k2")).await, Err(Refused::Signature.into()));
    for kid in [Some("enc"), Some("later"), None] {
        assert_eq!(signed_with(kid).await, Err(UNKNOWN), "{kid:?}");
    }
    let conditional = Header {
        kid: Some("k1".into()),
        crit: Some(vec!["b64".into()]),
        ..Header::new(Algorithm::RS256)
    };
    let key = EncodingKey::from_rsa_der(KEY);
    let conditional = encode(&conditional, &claims(), &key).unwrap();
    assert_eq!(checking.check(&conditional).await, Err(Refused::Critical.into()));
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
    assert_eq!(checking.check(&token).await, Err(UNKNOWN));
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn an_unknown_key_has_the_keys_read_again_at_most_once_in_thirty_seconds() {
    let checking = Checking::with(Answer::json(200, set(&[signs("k1")]))).await;
    checking.check(&signed(Some("k1"), &claims())).await.unwrap();
    *checking.answer.lock().unwrap() = Answer::json(200, set(&[signs("k1"), signs("k2")]));
    let rotated = signed(Some("k2"), &claims());
    for _ in 0..20 {
        assert_eq!(checking.check(&rotated).await, Err(UNKNOWN));
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
        assert_eq!(other, Err(UNKNOWN));
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
