//! Who may pass: before anything else of a request is looked at.

use std::sync::Arc;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{Request, State as Of};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::BODY;
use super::permission::Permission;
use super::person::Person;
use super::refusal::Refusal;
use super::state::State;

/// Longer than any token of Keycloak with a sensible number of roles.
const LONGEST_TOKEN: usize = 16 * 1024;

/// How long one waits for the rest of a body that nobody reads.
const UNREAD: Duration = Duration::from_secs(2);

/// Lets a person with the permission through; the handler gets them as an extension.
pub(super) async fn gate(
    Of((state, permission)): Of<(Arc<State>, Permission)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    match known(&state, permission, request.headers()).await {
        Ok(person) => {
            request.extensions_mut().insert(person);
            Ok(next.run(request).await)
        }
        Err(refusal) => {
            // A connection that is closed with something unread can lose the answer with it.
            let reading = to_bytes(request.into_body(), BODY);
            let _ = tokio::time::timeout(UNREAD, reading).await;
            Err(refusal)
        }
    }
}

async fn known(
    state: &State,
    permission: Permission,
    headers: &HeaderMap,
) -> Result<Person, Refusal> {
    let token = bearer(headers).ok_or(Refusal::Token)?;
    let person = state.issuers.person(token).await?;
    if person.may(permission) { Ok(person) } else { Err(Refusal::Role(permission)) }
}

/// The one bearer token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (values.next()?, values.next()) else { return None };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && token.len() <= LONGEST_TOKEN).then_some(token)
}
