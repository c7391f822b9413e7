//! [`Question`]: what one call of a port asks, in one or more requests.

use std::sync::atomic::{AtomicU8, Ordering};

use ivr_core::ports::{Backend, Deadline};
use ivr_core::secret::Secret;
use reqwest::header::HeaderValue;
use serde::Serialize;
use url::Url;

use super::breaker::{Admitted, Outcome};
use super::client::HasuraClient;
use super::documents::Document;
use super::failure::Failure;
use super::refusal;
use crate::adapters::http::{HttpError, Reply};
use crate::adapters::meter::Measured;
use crate::adapters::request;

/// Requests to one host with one token. The breaker hears of them together, when this is dropped:
/// a probe is one question, however many requests it takes.
pub struct Question<'a> {
    client: &'a HasuraClient,
    url: Url,
    host: String,
    token: &'a Secret<String>,
    admitted: Option<Admitted>,
    within: Deadline,
    seen: AtomicU8,
}

const ANSWERED: u8 = 1;
const FAILED: u8 = 2;

impl std::fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Question").field("host", &self.host).finish_non_exhaustive()
    }
}

impl<'a> Question<'a> {
    pub(super) fn new(
        client: &'a HasuraClient,
        url: Url,
        host: String,
        token: &'a Secret<String>,
        admitted: Option<Admitted>,
        within: Deadline,
    ) -> Self {
        Self { client, url, host, token, admitted, within, seen: AtomicU8::new(0) }
    }

    /// Sends a document once, as its role.
    pub async fn ask<D: Document>(
        &self,
        variables: D::Variables,
    ) -> Result<D::ResponseData, Failure> {
        let body = Body { query: compact(D::TEXT), operation_name: D::NAME, variables };
        let body = serde_json::to_vec(&body)
            .map_err(|_| Failure::Unusable("the variables are no JSON"))?;
        let (sent, left) = (body.len(), self.client.http.left(self.within));
        let began = self.client.http.clock().now();
        let reply = self.send(body, D::ROLE, D::BODY_LIMIT).await;
        let took = self.client.http.clock().now() - began;
        let (status, received) =
            reply.as_ref().map_or((None, 0), |r| (Some(r.status), r.body.len()));
        let answer =
            reply.and_then(|reply| refusal::read(&reply, D::TEXT).map_err(Failure::Refused));
        let outcome = answer.as_ref().err().map_or("ok", Failure::class);
        let (backend, operation) = (Backend::Hasura, D::NAME);
        let measured = Measured { backend, operation, outcome, status, took, sent, received };
        self.client.meter().request(&measured);
        match &answer {
            Err(Failure::Http(HttpError::TimedOut)) if left < self.client.settings.fair => {}
            Err(failure) if failure.is_the_hosts() => self.note(FAILED),
            Err(Failure::NoToken) => {}
            _ => self.note(ANSWERED),
        }
        answer
    }

    async fn send(
        &self,
        body: Vec<u8>,
        role: &'static str,
        limit: usize,
    ) -> Result<Reply, Failure> {
        let request = request::post(self.url.clone(), body, self.token);
        let mut request = request.map_err(|_| Failure::NoToken)?;
        request.headers_mut().insert("x-hasura-role", HeaderValue::from_static(role));
        Ok(self.client.http.send(request, limit, self.within).await?)
    }

    fn note(&self, what: u8) {
        self.seen.fetch_or(what, Ordering::Relaxed);
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<V> {
    query: String,
    operation_name: &'static str,
    variables: V,
}

/// A document without its comments and indentation: they are for people, and a third of its bytes.
fn compact(document: &str) -> String {
    let lines = document.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let Some(admitted) = self.admitted else { return };
        let seen = self.seen.load(Ordering::Relaxed);
        let outcome = match seen {
            0 => Outcome::Nothing,
            ANSWERED => Outcome::Answered,
            _ => Outcome::Failed,
        };
        self.client.settle(&self.host, admitted, outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::hasura::documents::{
        GetCastVotes, GetElectionEventStatus, GetElections, IsPhoneBlacklisted, RecordCall,
    };

    #[test]
    fn nothing_but_comments_and_blanks_is_left_out() {
        for text in [
            GetCastVotes::TEXT,
            GetElectionEventStatus::TEXT,
            GetElections::TEXT,
            IsPhoneBlacklisted::TEXT,
            RecordCall::TEXT,
        ] {
            // A comment at a line's end, or a text of several lines, would need a parser.
            let code: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
            let code = code.join("\n");
            assert!(!code.contains('#') && !code.contains('"'), "{text}");
            let words = |text: &str| -> Vec<String> {
                text.split_whitespace().map(str::to_owned).collect()
            };
            assert_eq!(words(&compact(text)), words(&code));
        }
    }
}
