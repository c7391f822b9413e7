//! Whom the gateway believes (facts 3, ADR 0054): forged, old and borrowed tokens.

use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::keys::KeyHost;
use super::server::{Gateway, Machine, code};
use super::tokens::{Issuer, Signer, by_url, claims, confused, message, now};
use super::world::{EVENT, FOREIGN_EVENT, OTHER_TENANT, TENANT, id, rows, sql};

/// A server with the rows of the matrix that believes whoever is in a key set.
struct Scene {
    gateway: Gateway,
    host: KeyHost,
}

const EVENTS: &str = "{ sequent_backend_election_event(order_by: {id: asc}) { id } }";

/// Long: a server may have been asked to look again only a moment before.
const PATIENCE: Duration = Duration::from_secs(60);

impl Scene {
    fn new(machine: &Machine, keys: Vec<Value>) -> anyhow::Result<Self> {
        let host = KeyHost::serve(keys)?;
        let issuer = Issuer::Own(Signer::generate()?);
        let gateway = machine.start_believing(&by_url(host.url()).to_string(), issuer)?;
        gateway.develop()?;
        gateway.admin.run_sql("fill the tables", &sql(&rows()))?;
        Ok(Self { gateway, host })
    }

    fn ask(&self, token: &str) -> anyhow::Result<Value> {
        self.gateway.ask(token, EVENTS, &Value::Null)
    }

    /// Asks until the answer is as wanted: keys are read in the background.
    fn becomes(&self, token: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let begin = Instant::now();
        loop {
            let answer = self.ask(token)?;
            if wanted(&answer) {
                return Ok(answer);
            }
            ensure!(begin.elapsed() < PATIENCE, "still {answer}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

fn events(answer: &Value) -> Option<Vec<&str>> {
    answer["data"]["sequent_backend_election_event"]
        .as_array()
        .map(|rows| rows.iter().filter_map(|row| row["id"].as_str()).collect())
}

fn message_of(answer: &Value) -> &str {
    answer["errors"][0]["message"].as_str().unwrap_or_default()
}

/// The claims of a voter of a tenant.
fn voter(tenant: u32) -> Value {
    claims(
        "user",
        &[
            ("x-hasura-tenant-id", id(tenant)),
            ("x-hasura-user-id", id(super::world::VOTER)),
            ("x-hasura-area-id", id(super::world::AREA)),
            ("x-hasura-authorized-election-ids", "{}".to_owned()),
        ],
    )
}

/// Every way to come without a right token, and what each is told.
pub(crate) fn forgeries(machine: &Machine) -> anyhow::Result<()> {
    let (signer, stranger) = (Signer::generate()?, Signer::generate()?);
    let scene = Scene::new(machine, vec![signer.jwk("a")])?;
    let own = voter(TENANT);
    let good = signer.sign(&own)?;
    scene.becomes(&good, |answer| events(answer).is_some())?;

    let with = |changes: Value| {
        let mut claims = own.clone();
        for (name, value) in changes.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        claims
    };
    let unsigned = message(&json!({"alg": "none", "typ": "JWT"}), &own);
    let body = good.rsplit_once('.').map_or("", |(body, _)| body);
    let mut tampered: Vec<&str> = good.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(voter(OTHER_TENANT).to_string());
    if let [_, claims, _] = tampered.as_mut_slice() {
        *claims = &other;
    }
    let modulus = signer.jwk("a")["n"].as_str().unwrap_or_default().to_owned();
    let cases = [
        ("expired", signer.sign(&with(json!({"exp": now() - 60})))?, "JWTExpired"),
        ("from the future", signer.sign(&with(json!({"nbf": now() + 900})))?, "JWTNotYetValid"),
        ("a key that nobody published", stranger.sign(&own)?, "JWSError"),
        ("no signature, alg none", format!("{unsigned}."), "Could not verify JWT"),
        ("no signature at all", unsigned, "Could not verify JWT"),
        ("a signature taken off", format!("{body}."), "Could not verify JWT"),
        ("somebody else's claims under it", tampered.join("."), "JWSError"),
        ("the public key as a secret, PEM", confused(signer.pem()?.as_bytes(), &own), "JWSError"),
        (
            "the public key as a secret, modulus",
            confused(&URL_SAFE_NO_PAD.decode(modulus)?, &own),
            "JWSError",
        ),
        ("no token but words", "not-a-token".to_owned(), "Could not verify JWT"),
    ];
    for (what, token, wanted) in cases {
        let answer = scene.ask(&token)?;
        ensure!(answer.get("data").is_none_or(Value::is_null), "{what} is believed: {answer}");
        ensure!(code(&answer) == Some("invalid-jwt"), "{what}: {answer}");
        ensure!(message_of(&answer).contains(wanted), "{what}, not {wanted}: {answer}");
    }
    let nobody = scene.gateway.ask_with(&[], EVENTS)?;
    ensure!(code(&nobody) == Some("invalid-headers"), "{nobody}");
    let claims = json!({"exp": now() + 60, "https://hasura.io/jwt/claims": {}});
    let answer = scene.ask(&signer.sign(&claims)?)?;
    ensure!(code(&answer) == Some("jwt-missing-role-claims"), "{answer}");
    Ok(())
}

/// Headers beside a token say which of its roles, and nothing else.
pub(crate) fn headers_beside_a_token(machine: &Machine) -> anyhow::Result<()> {
    let signer = Signer::generate()?;
    let scene = Scene::new(machine, vec![signer.jwk("a")])?;
    let token = signer.sign(&voter(TENANT))?;
    let plain = scene.becomes(&token, |answer| events(answer).is_some())?;
    let bearer = format!("Bearer {token}");
    let foreign = id(OTHER_TENANT);
    for header in [
        ("x-hasura-tenant-id", foreign.as_str()),
        ("x-hasura-user-id", "00000000-0000-4000-8000-0000000000d2"),
        ("X-Hasura-Allowed-Roles", "admin"),
        ("x-hasura-default-role", "service-account"),
        ("x-hasura-role", "user"),
    ] {
        let answer =
            scene.gateway.ask_with(&[("authorization", bearer.as_str()), header], EVENTS)?;
        ensure!(answer == plain, "{header:?} changed the answer: {answer}");
    }
    for role in ["admin", "service-account", "can_record_ivr_call", "USER"] {
        let headers = [("authorization", bearer.as_str()), ("x-hasura-role", role)];
        let answer = scene.gateway.ask_with(&headers, EVENTS)?;
        ensure!(code(&answer) == Some("access-denied"), "{role}: {answer}");
    }
    let headers = [("authorization", bearer.as_str()), ("x-hasura-admin-secret", "guess")];
    let answer = scene.gateway.ask_with(&headers, EVENTS)?;
    ensure!(code(&answer) == Some("access-denied"), "a wrong admin secret: {answer}");
    Ok(())
}

/// A realm rotates: both keys for a while, then the new one alone.
pub(crate) fn rotation(machine: &Machine) -> anyhow::Result<()> {
    let (before, after) = (Signer::generate()?, Signer::generate()?);
    let scene = Scene::new(machine, vec![before.jwk("before")])?;
    let [old, new] = [&before, &after].map(|signer| signer.sign(&voter(TENANT)));
    let (old, new) = (old?, new?);
    scene.becomes(&old, |answer| events(answer).is_some())?;
    ensure!(code(&scene.ask(&new)?) == Some("invalid-jwt"), "a key that is not there yet");
    scene.host.publish(vec![after.jwk("after"), before.jwk("before")]);
    scene.becomes(&new, |answer| events(answer).is_some())?;
    ensure!(events(&scene.ask(&old)?).is_some(), "calls that began before the rotation");
    scene.host.publish(vec![after.jwk("after")]);
    scene.becomes(&old, |answer| code(answer) == Some("invalid-jwt"))?;
    ensure!(events(&scene.ask(&new)?).is_some(), "the new key");
    Ok(())
}

/// What ADR 0054 says that one key set for all realms does not protect against, and what removing a
/// realm's keys does.
pub(crate) fn one_set_for_all_realms(machine: &Machine) -> anyhow::Result<()> {
    let (ours, theirs) = (Signer::generate()?, Signer::generate()?);
    let scene = Scene::new(machine, vec![ours.jwk("ours"), theirs.jwk("theirs")])?;
    let own = ours.sign(&voter(TENANT))?;
    let answer = scene.becomes(&own, |answer| events(answer).is_some())?;
    let seen = events(&answer).unwrap_or_default();
    ensure!(seen.contains(&id(EVENT).as_str()) && !seen.contains(&id(FOREIGN_EVENT).as_str()));

    // Their realm signs the claims of our voter, with our issuer: it passes.
    let borrowed = theirs.sign(&voter(TENANT))?;
    let borrowed_answer = scene.ask(&borrowed)?;
    if events(&borrowed_answer) != Some(seen) {
        bail!("ADR 0054 describes a weakness that is not there: {borrowed_answer}");
    }
    scene.host.publish(vec![ours.jwk("ours")]);
    scene.becomes(&borrowed, |answer| code(answer) == Some("invalid-jwt"))?;
    ensure!(events(&scene.ask(&own)?).is_some(), "who stays");
    Ok(())
}
