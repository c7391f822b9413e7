//! The two requests (facts 4.1).

use ivr_core::ports::CastRequest;
use ivr_core::secret::Secret;
use reqwest::header::HeaderValue;
use serde::Serialize;
use url::Url;

use super::OPERATION;
use crate::adapters::request::{self, UnfitToken, below};

/// A request that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotSent {
    #[error("the route does not say where: {0} is not a URL")]
    Nowhere(&'static str),
    #[error(transparent)]
    UnfitToken(#[from] UnfitToken),
    #[error("the ballot is no JSON text")]
    NotJson,
}

/// The action's own document. Its type also has the whole ballot, which is not asked back.
pub(super) const DOCUMENT: &str = "mutation InsertCastVote($electionId: uuid!, $ballotId: String!, \
    $content: String!) { insert_cast_vote(election_id: $electionId, ballot_id: $ballotId, \
    content: $content) { id ballot_id } }";

#[derive(Serialize)]
struct Body<'a> {
    ballot_id: &'a str,
    election_id: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
struct Graphql<'a> {
    #[serde(rename = "operationName")]
    operation_name: &'static str,
    query: &'static str,
    variables: Variables<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Variables<'a> {
    election_id: &'a str,
    ballot_id: &'a str,
    content: &'a str,
}

/// To Harvest itself.
pub(super) fn direct(
    base: &str,
    request: &CastRequest<'_>,
    token: &Secret<String>,
) -> Result<reqwest::Request, NotSent> {
    let url = below(base, &["insert-cast-vote"]).ok_or(NotSent::Nowhere("harvest_url"))?;
    let CastRequest { election_id, ballot_id, content, .. } = *request;
    post(url, &Body { ballot_id, election_id, content }, token)
}

/// To Hasura, in the voter's role.
pub(super) fn through_hasura(
    base: &str,
    request: &CastRequest<'_>,
    token: &Secret<String>,
) -> Result<reqwest::Request, NotSent> {
    let url = below(base, &["v1", "graphql"]).ok_or(NotSent::Nowhere("hasura_url"))?;
    let CastRequest { election_id, ballot_id, content, .. } = *request;
    let variables = Variables { election_id, ballot_id, content };
    let body = Graphql { operation_name: OPERATION, query: DOCUMENT, variables };
    let mut request = post(url, &body, token)?;
    request.headers_mut().insert("x-hasura-role", HeaderValue::from_static("user"));
    Ok(request)
}

fn post(
    url: Url,
    body: &impl Serialize,
    token: &Secret<String>,
) -> Result<reqwest::Request, NotSent> {
    let body = serde_json::to_vec(body).map_err(|_| NotSent::NotJson)?;
    Ok(request::post(url, body, token)?)
}
