//! Who a request is from (facts 2 and 3).

pub mod claims;
pub mod jwks;
pub mod settings;
pub mod token;

use axum::http::{HeaderMap, StatusCode};

use crate::config::Config;
use crate::fault::Fault;
use crate::session::Session;
use settings::TokenPlace;
use token::Verifier;

const BACKEND_ONLY: &str = "x-hasura-use-backend-only-permissions";
const SECRETS: [&str; 2] = ["x-hasura-admin-secret", "x-hasura-access-key"];

/// How callers are told apart.
pub struct Auth {
    secret: Option<String>,
    unauthorized_role: Option<String>,
    verifier: Option<Verifier>,
}

impl Auth {
    /// Reads the configuration; fetches keys for the first time.
    ///
    /// # Errors
    /// A combination that facts 2 call fatal, a bad `HASURA_GRAPHQL_JWT_SECRET`, or no keys.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        if config.admin_secret.is_none()
            && (config.jwt_secret.is_some() || config.unauthorized_role.is_some())
        {
            anyhow::bail!(
                "HASURA_GRAPHQL_ADMIN_SECRET must be set when HASURA_GRAPHQL_JWT_SECRET or \
                 HASURA_GRAPHQL_UNAUTHORIZED_ROLE is"
            );
        }
        let verifier = match &config.jwt_secret {
            None => None,
            Some(text) => Some(Verifier::start(settings::read(text)?).await?),
        };
        Ok(Self {
            secret: config.admin_secret.clone(),
            unauthorized_role: config.unauthorized_role.clone(),
            verifier,
        })
    }

    /// The session of a request with these headers.
    ///
    /// # Errors
    /// The failures of facts 2 and 3.3, status 401.
    pub fn session(&self, headers: &HeaderMap) -> Result<Session, Fault> {
        self.resolve(headers).map_err(|fault| {
            if fault.code == "bad-request" { fault } else { fault.status(StatusCode::UNAUTHORIZED) }
        })
    }

    fn resolve(&self, headers: &HeaderMap) -> Result<Session, Fault> {
        let Some(secret) = &self.secret else {
            return trusted(headers);
        };
        let shown = SECRETS.iter().find_map(|name| headers.get(*name));
        if let Some(shown) = shown {
            if !same(shown.as_bytes(), secret.as_bytes()) {
                return Err(Fault::new(
                    "access-denied",
                    "$",
                    "invalid \"x-hasura-admin-secret\"/\"x-hasura-access-key\"",
                ));
            }
            return trusted(headers);
        }
        let Some(verifier) = &self.verifier else {
            return self.unauthorized(headers).ok_or_else(|| {
                Fault::new(
                    "access-denied",
                    "$",
                    "x-hasura-admin-secret/x-hasura-access-key required, but not found",
                )
            });
        };
        match shown_token(headers, &verifier.settings().place)? {
            Some(token) => {
                let role = headers.get("x-hasura-role").and_then(|value| value.to_str().ok());
                verifier.session(&token, role)
            }
            None => self.unauthorized(headers).ok_or_else(|| {
                Fault::new(
                    "invalid-headers",
                    "$",
                    "Missing 'Authorization' or 'Cookie' header in JWT authentication mode",
                )
            }),
        }
    }

    /// Who shows nothing has this role; its variables are taken on trust (facts 2.2).
    fn unauthorized(&self, headers: &HeaderMap) -> Option<Session> {
        let role = self.unauthorized_role.as_deref()?;
        Some(Session::new(role, variables(headers)))
    }
}

/// The caller has shown the secret, or needs none: all its `x-hasura-*` headers hold (facts 2.1).
fn trusted(headers: &HeaderMap) -> Result<Session, Fault> {
    let role = headers
        .get("x-hasura-role")
        .and_then(|value| value.to_str().ok())
        .filter(|role| !role.is_empty())
        .unwrap_or("admin");
    let mut session = Session::new(role, variables(headers));
    if let Some(value) = headers.get(BACKEND_ONLY) {
        session.backend_only = match value.to_str().unwrap_or_default().to_lowercase().as_str() {
            "true" | "t" | "yes" | "y" => true,
            "false" | "f" | "no" | "n" => false,
            _ => {
                return Err(Fault::new(
                    "bad-request",
                    "$",
                    format!(
                        "{BACKEND_ONLY}:  Not a valid boolean text. True values are \
                         [\"true\",\"t\",\"yes\",\"y\"] and  False values are \
                         [\"false\",\"f\",\"no\",\"n\"]. All values are case insensitive"
                    ),
                ));
            }
        };
    }
    Ok(session)
}

fn variables(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers.iter().filter_map(|(name, value)| {
        let name = name.as_str();
        let taken = name.starts_with("x-hasura-") && !SECRETS.contains(&name);
        value.to_str().ok().filter(|_| taken).map(|value| (name, value))
    })
}

fn shown_token(headers: &HeaderMap, place: &TokenPlace) -> Result<Option<String>, Fault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match place {
        TokenPlace::Authorization => {
            let Some(header) = text("authorization") else { return Ok(None) };
            match header.split_whitespace().collect::<Vec<_>>().as_slice() {
                [scheme, token] if scheme.eq_ignore_ascii_case("bearer") => {
                    Ok(Some((*token).to_owned()))
                }
                _ => Err(Fault::new("invalid-headers", "$", "Malformed Authorization header")),
            }
        }
        TokenPlace::Cookie(name) => Ok(text("cookie").and_then(|cookies| {
            cookies
                .split(';')
                .filter_map(|cookie| cookie.trim().split_once('='))
                .find(|(cookie, _)| cookie == name)
                .map(|(_, value)| value.to_owned())
        })),
        TokenPlace::Header(name) => Ok(text(&name.to_lowercase()).map(ToOwned::to_owned)),
    }
}

/// Compared in a time that does not depend on where they differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other)) == 0
}
