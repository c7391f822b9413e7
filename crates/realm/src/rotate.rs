//! Secret rotation, realm after realm (DECISIONS 58): what is current already is passed over, so a
//! run that was stopped is simply run again.

use serde_json::json;

use crate::admin::{Admin, Error, Write};
use crate::desired::{RealmName, clients};
use crate::planning::find_client;
use crate::secrets::{ClientSecret, Standing, is_hidden};

/// The secrets to rotate to; a client without one is not touched.
#[derive(Debug, Clone, Default)]
pub struct Rotation {
    /// Of `ivr-voting`.
    pub voting: Option<ClientSecret>,
    /// Of `ivr-service`.
    pub service: Option<ClientSecret>,
}

/// What became of one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// It had the current secret.
    Already,
    /// It has it now; before, it had the previous one.
    FromPrevious,
    /// It has it now; before, it had one that the source does not know.
    FromUnknown,
}

/// Why a realm was not rotated.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The client is not there.
    #[error("there is no client {0}; run `realm apply` first")]
    NoClient(&'static str),
    /// The administrator is not shown the secret.
    #[error("this administrator is not shown the secret of {0}; it needs manage-clients")]
    Masked(&'static str),
    /// A request failed.
    #[error(transparent)]
    Request(#[from] Error),
}

/// Rotates one realm.
///
/// # Errors
/// A client that is missing or hidden, a failed request.
pub fn rotate(
    admin: &Admin,
    realm: &RealmName,
    rotation: &Rotation,
) -> Result<Vec<(&'static str, Turned)>, RotateError> {
    let wanted = [(clients::VOTING, &rotation.voting), (clients::SERVICE, &rotation.service)];
    let mut turned = Vec::new();
    for (id, secret) in wanted {
        if let Some(secret) = secret {
            turned.push((id, turn(admin, &realm.full, id, secret)?));
        }
    }
    Ok(turned)
}

fn turn(
    admin: &Admin,
    realm: &str,
    id: &'static str,
    secret: &ClientSecret,
) -> Result<Turned, RotateError> {
    let client = find_client(admin, realm, id)?.ok_or(RotateError::NoClient(id))?;
    let held = client["secret"].as_str().unwrap_or_default();
    if is_hidden(&client) {
        return Err(RotateError::Masked(id));
    }
    let turned = match secret.standing(held) {
        Standing::Current => return Ok(Turned::Already),
        Standing::Previous => Turned::FromPrevious,
        Standing::Other => Turned::FromUnknown,
    };
    let body = json!({"clientId": id, "secret": secret.current.expose()});
    let internal = client["id"].as_str().unwrap_or_default();
    let path = "/admin/realms/{realm}/clients/{client}";
    admin.write(&Write::put(path, &[realm, internal], body))?;
    Ok(turned)
}
