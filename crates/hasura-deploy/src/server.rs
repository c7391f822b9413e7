//! A Hasura server, spoken to as its administrator.

use std::time::Duration;

use reqwest::blocking::{Client, Response};
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use url::Url;

use crate::SOURCE;
use crate::error::Error;

/// A migration may build an index.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The server and the right to change it. Prints nothing of the secret.
pub struct Server {
    base: Url,
    secret: HeaderValue,
    http: Client,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Server {
    /// A server at an address, `https` unless it is this machine's own or `allow_http`.
    ///
    /// # Errors
    ///
    /// An address that would send the secret in the clear or holds credentials itself; an empty
    /// secret or one that is no header value.
    pub fn new(base: &str, secret: &str, allow_http: bool) -> Result<Self, Error> {
        let settings = |problem: &str| Error::Settings(problem.to_owned());
        let mut base = Url::parse(base)
            .map_err(|e| Error::Settings(format!("the server's address is not a URL: {e}")))?;
        if !base.username().is_empty() || base.password().is_some() {
            return Err(settings("the server's address must not hold credentials"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(settings("the server's address must end with its path"));
        }
        let loopback = matches!(base.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback())
            || matches!(base.host(), Some(url::Host::Ipv6(ip)) if ip.is_loopback())
            || base.host_str() == Some("localhost");
        match base.scheme() {
            "https" => {}
            "http" if loopback || allow_http => {}
            _ => {
                return Err(settings(
                    "the admin secret would travel in the clear: use https, or --allow-http \
                     inside a private network",
                ));
            }
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let mut header = HeaderValue::from_str(secret.trim())
            .map_err(|_| settings("the admin secret holds characters that no header can"))?;
        if header.is_empty() {
            return Err(settings("the admin secret is empty"));
        }
        header.set_sensitive(true);
        let http = Client::builder()
            .timeout(TIME_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|source| Error::Transport { path: "/", source })?;
        Ok(Self { base, secret: header, http })
    }

    /// One metadata operation.
    ///
    /// # Errors
    ///
    /// No answer, or a refusal.
    pub fn metadata(&self, operation: &Value) -> Result<Value, Error> {
        let doing = operation["type"].as_str().unwrap_or("metadata").to_owned();
        self.post("v1/metadata", &doing, operation)
    }

    /// The metadata that stands.
    ///
    /// # Errors
    ///
    /// No answer, or a refusal.
    pub fn export(&self) -> Result<Value, Error> {
        self.metadata(&json!({"type": "export_metadata", "args": {}}))
    }

    /// Runs SQL in one transaction; the rows of its last statement, without their header.
    ///
    /// # Errors
    ///
    /// No answer, or a refusal, with PostgreSQL's own message.
    pub fn run_sql(&self, doing: &str, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        let args = json!({"source": SOURCE, "sql": sql, "check_metadata_consistency": false});
        let answer = self.post("v2/query", doing, &json!({"type": "run_sql", "args": args}))?;
        let rows = answer["result"].as_array().map_or(&[][..], Vec::as_slice);
        rows.iter()
            .skip(1)
            .map(|row| {
                row.as_array()
                    .and_then(|cells| {
                        cells.iter().map(|cell| cell.as_str().map(str::to_owned)).collect()
                    })
                    .ok_or_else(|| Error::Answer {
                        doing: doing.to_owned(),
                        problem: "a row is not a list of texts".to_owned(),
                    })
            })
            .collect()
    }

    /// A GraphQL request in a role, with no session variables.
    ///
    /// # Errors
    ///
    /// No answer, or `errors` in it.
    pub fn graphql(&self, role: &str, query: &str) -> Result<Value, Error> {
        let doing = format!("query as {role}");
        let request =
            self.request("v1/graphql", &json!({"query": query})).header("x-hasura-role", role);
        let answer = read(&doing, "v1/graphql", request.send())?;
        match answer.get("errors") {
            None => Ok(answer["data"].clone()),
            Some(errors) => Err(Error::Refused {
                doing,
                code: text(&errors[0]["extensions"]["code"]),
                message: text(&errors[0]["message"]),
            }),
        }
    }

    fn post(&self, path: &'static str, doing: &str, body: &Value) -> Result<Value, Error> {
        read(doing, path, self.request(path, body).send())
    }

    fn request(&self, path: &str, body: &Value) -> reqwest::blocking::RequestBuilder {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        self.http.post(url).header("x-hasura-admin-secret", self.secret.clone()).json(body)
    }
}

fn read(doing: &str, path: &'static str, sent: reqwest::Result<Response>) -> Result<Value, Error> {
    let transport =
        |source: reqwest::Error| Error::Transport { path, source: source.without_url() };
    let response = sent.map_err(transport)?;
    let status = response.status();
    let body = response.text().map_err(transport)?;
    let Ok(value) = serde_json::from_str::<Value>(&body) else {
        return Err(Error::Answer {
            doing: doing.to_owned(),
            problem: format!("status {status}, not JSON"),
        });
    };
    if status.is_success() {
        return Ok(value);
    }
    let mut message = text(&value["error"]);
    if let Some(detail) = value["internal"]["error"]["message"].as_str() {
        message = format!("{message}: {detail}");
    }
    let code = value["code"].as_str().map_or_else(|| status.to_string(), str::to_owned);
    Err(Error::Refused { doing: doing.to_owned(), code, message })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("(nothing)").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_does_not_travel_in_the_clear() {
        assert!(Server::new("http://hasura.example.org", "s", false).is_err());
        assert!(Server::new("http://localhost.example.org", "s", false).is_err());
        for fine in ["https://hasura.example.org/h", "http://127.0.0.1:8080", "http://[::1]:80"] {
            assert!(Server::new(fine, "s", false).is_ok(), "{fine}");
        }
        assert!(Server::new("http://hasura.internal", "s", true).is_ok());
    }

    #[test]
    fn credentials_in_the_address_and_empty_secrets_are_refused() {
        assert!(Server::new("https://a:b@hasura.example.org", "s", false).is_err());
        assert!(Server::new("https://hasura.example.org", " \n", false).is_err());
    }

    #[test]
    fn nothing_prints_the_secret() {
        let server = Server::new("https://hasura.example.org", "very-secret", false).unwrap();
        assert!(!format!("{server:?}").contains("very-secret"));
        let error =
            Server::new("https://hasura.example.org", "very-\u{0}secret", false).unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret\""));
        assert!(!error.to_string().contains("very"));
    }

    #[test]
    fn errors_of_a_server_that_is_not_there_hold_no_secret() {
        let server = Server::new("http://127.0.0.1:1", "very-secret", false).unwrap();
        let error = server.export().unwrap_err();
        assert!(!format!("{error:?}").contains("very-secret"));
    }
}
