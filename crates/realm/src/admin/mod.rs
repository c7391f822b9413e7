//! [`Admin`]: a thin client of Keycloak's admin REST interface over untyped JSON (facts 10).
//!
//! Untyped, because what is read is written back: a typed client drops the fields it does not know.
//! It blocks; do not use it inside an asynchronous runtime.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use ivr_core::secret::Secret;
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::{Method, StatusCode, redirect};
use serde_json::Value;

mod address;
mod error;
mod login;
mod words;
mod write;

pub use address::Address;
pub use error::Error;
pub use login::Login;
pub use write::Write;

/// Called before every write; `false` stops the run there.
pub type Observer = Box<dyn Fn(&Write) -> bool>;

/// A signed-in administrator.
pub struct Admin {
    http: Client,
    address: Address,
    login: Login,
    held: RefCell<login::Held>,
    observer: RefCell<Option<Observer>>,
    writes: Cell<usize>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Admin({})", self.address)
    }
}

impl Admin {
    /// Signs in.
    ///
    /// # Errors
    /// Nobody there, not a Keycloak, or credentials refused.
    pub fn connect(address: Address, login: Login) -> Result<Self, Error> {
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            // Patient: a write that was given up on may still be done.
            .timeout(Duration::from_secs(120))
            .build()
            .map_err(|e| words::unreachable(&address, &e))?;
        let held = RefCell::new(login.token(&http, &address)?);
        let (observer, writes) = (RefCell::new(None), Cell::new(0));
        Ok(Self { http, address, login, held, observer, writes })
    }

    /// The base address.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Has every write shown to `observer` before it is sent.
    pub fn observe(&self, observer: Observer) {
        *self.observer.borrow_mut() = Some(observer);
    }

    /// How many writes were accepted so far.
    pub fn writes(&self) -> usize {
        self.writes.get()
    }

    /// Reads; `None` when there is nothing (404). A server's own error (5xx) is asked once more.
    ///
    /// # Errors
    /// Whatever is neither an answer nor a 404.
    pub fn get(&self, path: &'static str, parameters: &[&str]) -> Result<Option<Value>, Error> {
        self.get_where(path, parameters, &[])
    }

    /// Reads with a query.
    ///
    /// # Errors
    /// As [`Admin::get`].
    pub fn get_where(
        &self,
        path: &'static str,
        parameters: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Option<Value>, Error> {
        let read = || {
            self.send(&Method::GET, path, |http| {
                http.get(self.address.path(path, parameters)).query(query)
            })
        };
        let mut answer = read()?;
        if answer.status().is_server_error() {
            // Its caches may briefly know less than its database (seen: "Not found in database").
            std::thread::sleep(Duration::from_millis(500));
            answer = read()?;
        }
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let answer = accepted(&Method::GET, path, answer)?;
        let malformed = |_| Error::Malformed { method: Method::GET, path, what: "no JSON" };
        answer.json().map(Some).map_err(malformed)
    }

    /// Reads what must be there.
    ///
    /// # Errors
    /// As [`Admin::get`]; a 404 is an error too.
    pub fn must_get(&self, path: &'static str, parameters: &[&str]) -> Result<Value, Error> {
        self.get(path, parameters)?.ok_or_else(|| Error::Refused {
            method: Method::GET,
            path,
            status: 404,
            message: "it is not there".to_owned(),
        })
    }

    /// Reads what anybody may read, without the administrator's token; the status and the body.
    ///
    /// # Errors
    /// [`Error::Unreachable`].
    pub fn public(
        &self,
        path: &'static str,
        parameters: &[&str],
        bearer: Option<&Secret<String>>,
    ) -> Result<(u16, Value), Error> {
        let mut request = self.http.get(self.address.path(path, parameters));
        if let Some(token) = bearer {
            request = request.bearer_auth(token.expose());
        }
        let answer = request.send().map_err(|e| words::unreachable(&self.address, &e))?;
        Ok((answer.status().as_u16(), answer.json().unwrap_or_default()))
    }

    /// A service token of a client in a realm, or why there is none.
    ///
    /// # Errors
    /// [`Error::LoginRefused`] and the like.
    pub fn service_token(
        &self,
        realm: &str,
        client_id: &str,
        secret: &Secret<String>,
    ) -> Result<Secret<String>, Error> {
        let login = Login::Client {
            realm: realm.to_owned(),
            client_id: client_id.to_owned(),
            secret: secret.clone(),
        };
        Ok(login.token(&self.http, &self.address)?.token)
    }

    /// Changes something; the id of what was created, where Keycloak says it.
    ///
    /// # Errors
    /// Refused, forbidden, unreachable, or stopped by the observer.
    pub fn write(&self, write: &Write) -> Result<Option<String>, Error> {
        let (method, path) = (&write.method, write.path);
        if self.observer.borrow().as_ref().is_some_and(|goes_on| !goes_on(write)) {
            return Err(Error::Stopped { method: method.clone(), path });
        }
        let parameters: Vec<&str> = write.parameters.iter().map(String::as_str).collect();
        let url = self.address.path(path, &parameters);
        let answer = self.send(method, path, |http| {
            let request = http.request(method.clone(), url.clone());
            match &write.body {
                Some(body) => request.json(body),
                None => request,
            }
        })?;
        let answer = accepted(method, path, answer)?;
        self.writes.set(self.writes.get() + 1);
        let place = answer.headers().get("location").and_then(|l| l.to_str().ok());
        Ok(place.and_then(|l| l.rsplit('/').next()).map(str::to_owned))
    }

    /// Sends with a token that still lasts; a 401 is tried once more with a new one.
    fn send(
        &self,
        method: &Method,
        path: &'static str,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Response, Error> {
        for renewed in [false, true] {
            if renewed || !self.held.borrow().is_fresh() {
                let fresh = self.login.token(&self.http, &self.address)?;
                self.held.replace(fresh);
            }
            let request = request(&self.http).bearer_auth(self.held.borrow().token.expose());
            let answer = request.send().map_err(|e| words::unreachable(&self.address, &e))?;
            if answer.status() != StatusCode::UNAUTHORIZED || renewed {
                return Ok(answer);
            }
        }
        Err(Error::Malformed { method: method.clone(), path, what: "a token that is not accepted" })
    }
}

fn accepted(method: &Method, path: &'static str, answer: Response) -> Result<Response, Error> {
    let (method, status) = (method.clone(), answer.status());
    if status.is_success() {
        return Ok(answer);
    }
    if status.is_redirection() {
        return Err(Error::Redirected { method, path, status: status.as_u16() });
    }
    if status == StatusCode::FORBIDDEN {
        return Err(Error::Forbidden { method, path });
    }
    let message = words::own_words(&answer.json().unwrap_or_default());
    Err(Error::Refused { method, path, status: status.as_u16(), message })
}
