//! Keycloak's administration by REST, as tests need it: JSON in, JSON out, no types.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use test_servers::keycloak::Keycloak;
use ureq::http::Method;

/// A request that was not answered with success.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server said no.
    #[error("{method} {url}: {status} {body}")]
    Refused {
        /// The request's method.
        method: Method,
        /// The whole URL.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The answer's text.
        body: String,
    },
    /// No answer, or one that breaks off.
    #[error("{method} {url}")]
    Transport {
        /// The request's method.
        method: Method,
        /// The whole URL.
        url: String,
        /// Why.
        source: Box<ureq::Error>,
    },
    /// The administrator got no token.
    #[error("no administrator's token")]
    Login(#[from] test_servers::Error),
}

/// An answer: its status, and its body if that was JSON.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `Null` where there was nothing or something else than JSON.
    pub json: Value,
    /// The body as it came.
    pub text: String,
    /// The last part of the `Location` header: the id of what was created.
    pub created: Option<String>,
}

/// The administrator of one server.
pub struct Admin<'a> {
    server: &'a Keycloak,
    agent: ureq::Agent,
    token: Mutex<Option<String>>,
}

impl<'a> Admin<'a> {
    /// Talks to this server; logs in when it has to.
    pub fn new(server: &'a Keycloak) -> Self {
        Admin { server, agent: agent(), token: Mutex::new(None) }
    }

    /// `path` begins with a slash and comes after `/admin`: `/realms/x/users?max=1`.
    ///
    /// # Errors
    /// For every status that is not 2xx.
    pub fn get(&self, path: &str) -> Result<Value, Error> {
        Ok(self.send(Method::GET, path, None)?.json)
    }

    /// The id of what was created, if that is what this did.
    ///
    /// # Errors
    /// For every status that is not 2xx.
    pub fn post(&self, path: &str, body: &Value) -> Result<Option<String>, Error> {
        Ok(self.send(Method::POST, path, Some(body))?.created)
    }

    /// # Errors
    /// For every status that is not 2xx.
    pub fn put(&self, path: &str, body: &Value) -> Result<(), Error> {
        self.send(Method::PUT, path, Some(body)).map(|_| ())
    }

    /// # Errors
    /// For every status that is not 2xx.
    pub fn delete(&self, path: &str) -> Result<(), Error> {
        self.send(Method::DELETE, path, None).map(|_| ())
    }

    /// A realm of its own for one test, deleted when dropped. Its name begins with `name` and is
    /// used nowhere else on this server; logins in it are cheap. `with` is merged over that.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn realm(&self, name: &str, with: &Value) -> Result<Realm<'_>, Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut realm = json!({
            "realm": name,
            "enabled": true,
            // Twelve times quicker than the default, which protects nobody here.
            "passwordPolicy": "hashAlgorithm(pbkdf2-sha256) and hashIterations(1)",
        });
        if let (Some(realm), Some(with)) = (realm.as_object_mut(), with.as_object()) {
            realm.extend(with.clone());
        }
        self.post("/realms", &realm)?;
        Ok(Realm { admin: self, name })
    }

    fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Error> {
        let url = format!("{}/admin{path}", self.server.base_url());
        let mut answer = self.once(&method, &url, body, self.token(None)?)?;
        if answer.status == 401 {
            answer = self.once(&method, &url, body, self.token(Some(401))?)?;
        }
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(Error::Refused { method, url, status: answer.status, body: answer.text })
    }

    fn once(
        &self,
        method: &Method,
        url: &str,
        body: Option<&Value>,
        token: String,
    ) -> Result<Answer, Error> {
        let failed =
            |source| Error::Transport { method: method.clone(), url: url.to_owned(), source };
        let request = ureq::http::Request::builder()
            .method(method.clone())
            .uri(url)
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json")
            .body(body.map(Value::to_string).unwrap_or_default())
            .map_err(|error| failed(Box::new(error.into())))?;
        self.agent.run(request).and_then(read).map_err(|error| failed(Box::new(error)))
    }

    /// The token at hand, or a new one if that one was refused.
    fn token(&self, refused: Option<u16>) -> Result<String, Error> {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        match token.as_ref() {
            Some(token) if refused.is_none() => Ok(token.clone()),
            _ => Ok(token.insert(self.server.admin_token()?).clone()),
        }
    }
}

/// A realm that exists as long as this does.
pub struct Realm<'a> {
    admin: &'a Admin<'a>,
    name: String,
}

impl Realm<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its users see it: `http://127.0.0.1:PORT/realms/NAME`.
    pub fn url(&self) -> String {
        format!("{}/realms/{}", self.admin.server.base_url(), self.name)
    }

    /// The path of something in it, for the methods of [`Admin`]: `/realms/NAME/users`.
    pub fn path(&self, rest: &str) -> String {
        format!("/realms/{}{rest}", self.name)
    }

    /// Creates a client that logs users in by name and password; its secret is the given one.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn client(&self, client_id: &str, secret: &str, with: &Value) -> Result<String, Error> {
        let mut client = json!({
            "clientId": client_id,
            "secret": secret,
            "publicClient": false,
            "standardFlowEnabled": false,
            "directAccessGrantsEnabled": true,
        });
        if let (Some(client), Some(with)) = (client.as_object_mut(), with.as_object()) {
            client.extend(with.clone());
        }
        Ok(self.admin.post(&self.path("/clients"), &client)?.unwrap_or_default())
    }

    /// Creates an enabled user with a password and a complete profile; `with` is merged over that.
    ///
    /// # Errors
    /// When the server refuses it.
    pub fn user(&self, username: &str, password: &str, with: &Value) -> Result<String, Error> {
        let mut user = json!({
            "username": username,
            "enabled": true,
            "email": format!("{username}@example.org"),
            "emailVerified": true,
            "firstName": "Test",
            "lastName": "Voter",
            "credentials": [{ "type": "password", "value": password, "temporary": false }],
        });
        if let (Some(user), Some(with)) = (user.as_object_mut(), with.as_object()) {
            user.extend(with.clone());
        }
        Ok(self.admin.post(&self.path("/users"), &user)?.unwrap_or_default())
    }

    /// A top-level Direct Grant flow of these authenticators, in this order, each as required as it
    /// says; the id that binds it to a client.
    ///
    /// # Errors
    /// When the server refuses a part of it.
    pub fn flow(&self, alias: &str, executions: &[(&str, &str)]) -> Result<String, Error> {
        let flow = json!({
            "alias": alias, "providerId": "basic-flow", "topLevel": true, "builtIn": false,
        });
        let id = self.admin.post(&self.path("/authentication/flows"), &flow)?.unwrap_or_default();
        for (priority, (authenticator, requirement)) in (10..).step_by(10).zip(executions) {
            let execution = json!({
                "parentFlow": id, "authenticator": authenticator, "requirement": requirement,
                "priority": priority, "authenticatorFlow": false,
            });
            self.admin.post(&self.path("/authentication/executions"), &execution)?;
        }
        Ok(id)
    }

    /// What brute-force protection knows of a user: `numFailures`, `disabled`, …
    ///
    /// # Errors
    /// When the server refuses to say.
    pub fn brute_force(&self, user: &str) -> Result<Value, Error> {
        self.admin.get(&self.path(&format!("/attack-detection/brute-force/users/{user}")))
    }

    /// Posts a form below the realm's URL, whatever it answers: `/protocol/openid-connect/token`.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.url());
        let sent = self.admin.agent.post(&url).send_form(fields.iter().copied());
        sent.and_then(read).map_err(|error| Error::Transport {
            method: Method::POST,
            url,
            source: Box::new(error),
        })
    }

    /// Asks for a token by name and password, whatever the answer.
    ///
    /// # Errors
    /// Only when there is no answer.
    pub fn password_grant(
        &self,
        client: (&str, &str),
        user: (&str, &str),
    ) -> Result<Answer, Error> {
        let fields = [
            ("grant_type", "password"),
            ("scope", "openid"),
            ("client_id", client.0),
            ("client_secret", client.1),
            ("username", user.0),
            ("password", user.1),
        ];
        self.form("/protocol/openid-connect/token", &fields)
    }
}

impl Drop for Realm<'_> {
    fn drop(&mut self) {
        // The server goes soon anyway, and may be gone already.
        let _ = self.admin.delete(&format!("/realms/{}", self.name));
    }
}

/// Somebody who asks a server of this machine: by no proxy, for no longer than a minute, and who
/// reads whatever it answers.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(60)))
        .max_redirects(0)
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .proxy(None)
        .build()
        .into()
}

fn read(mut answer: ureq::http::Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let text = answer.body_mut().read_to_string()?;
    let location = answer.headers().get("Location").and_then(|value| value.to_str().ok());
    Ok(Answer {
        status: answer.status().as_u16(),
        json: serde_json::from_str(&text).unwrap_or_default(),
        created: location.and_then(|l| l.rsplit('/').next()).map(str::to_owned),
        text,
    })
}
