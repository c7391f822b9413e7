//! Who asks, as a verified token says.

use std::fmt;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::permission::Permission;

const NAMESPACE: &str = "https://hasura.io/jwt/claims";
/// What `ivr_actor()` keeps of a name.
const LONGEST_USER: usize = 200;

/// Somebody of a tenant. Made from verified claims only.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) tenant: Uuid,
    /// The user's id in Keycloak; the audit's actor.
    pub(super) user: String,
    roles: Vec<String>,
}

impl Person {
    /// Reads the claims of a token that was verified; `None` when one is missing.
    pub(super) fn read(claims: &Map<String, Value>) -> Option<Self> {
        let claims = claims.get(NAMESPACE)?.as_object()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let user = text("x-hasura-user-id")?;
        let roles = claims.get("x-hasura-allowed-roles")?.as_array()?;
        let roles = roles.iter().map(|role| role.as_str().map(str::to_owned));
        let fits = !user.is_empty()
            && user.chars().count() <= LONGEST_USER
            && !user.chars().any(char::is_control);
        fits.then_some(())?;
        Some(Self {
            tenant: text("x-hasura-tenant-id")?.parse().ok()?,
            user: user.to_owned(),
            roles: roles.collect::<Option<_>>()?,
        })
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| role == permission.role())
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
