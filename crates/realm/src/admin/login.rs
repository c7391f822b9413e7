//! How the administrator signs in, and the token while it lasts.

use std::time::{Duration, Instant};

use ivr_core::secret::Secret;
use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use serde_json::Value;

use super::{Address, Error, words};

/// How long before its end a token is no longer used.
const MARGIN: Duration = Duration::from_secs(10);

/// The administrator, a person or a service account.
#[derive(Debug, Clone)]
pub enum Login {
    /// User name and password through the client `admin-cli`.
    Password {
        /// The realm that knows the administrator, usually `master`.
        realm: String,
        /// The user name.
        username: String,
        /// The password.
        password: Secret<String>,
    },
    /// A client with a service account.
    Client {
        /// The realm that knows the client.
        realm: String,
        /// The client id.
        client_id: String,
        /// The client's secret.
        secret: Secret<String>,
    },
}

/// An access token and when to stop using it.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) token: Secret<String>,
    until: Instant,
}

impl Held {
    pub(super) fn is_fresh(&self) -> bool {
        Instant::now() < self.until
    }
}

impl Login {
    fn realm(&self) -> &str {
        match self {
            Self::Password { realm, .. } | Self::Client { realm, .. } => realm,
        }
    }

    /// Asks for a token.
    pub(super) fn token(&self, http: &Client, address: &Address) -> Result<Held, Error> {
        let path = "/realms/{realm}/protocol/openid-connect/token";
        let form: Vec<(&str, &str)> = match self {
            Self::Password { username, password, .. } => vec![
                ("grant_type", "password"),
                ("client_id", "admin-cli"),
                ("username", username),
                ("password", password.expose()),
            ],
            Self::Client { client_id, secret, .. } => vec![
                ("grant_type", "client_credentials"),
                ("client_id", client_id),
                ("client_secret", secret.expose()),
            ],
        };
        let request = http.post(address.path(path, &[self.realm()])).form(&form);
        let answer = request.send().map_err(|e| words::unreachable(address, &e))?;
        self.read(address, answer)
    }

    fn read(&self, address: &Address, answer: Response) -> Result<Held, Error> {
        let asked = Instant::now();
        let status = answer.status();
        let body: Value = answer.json().unwrap_or_default();
        let not_keycloak = || Error::NotKeycloak {
            url: address.to_string(),
            realm: self.realm().to_owned(),
            status: status.as_u16(),
        };
        match (status, body["access_token"].as_str(), body["error"].as_str()) {
            (StatusCode::OK, Some(token), _) => {
                let lifetime = Duration::from_secs(body["expires_in"].as_u64().unwrap_or(60));
                let token = Secret::new(token.to_owned());
                Ok(Held { token, until: asked + lifetime.saturating_sub(MARGIN) })
            }
            (StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED, _, Some(_)) => {
                Err(Error::LoginRefused {
                    realm: self.realm().to_owned(),
                    message: words::own_words(&body),
                })
            }
            _ => Err(not_keycloak()),
        }
    }
}
