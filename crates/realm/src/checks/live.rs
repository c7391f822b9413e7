//! What the function would get: a service token, and with it `/ivr-config`; and the signing keys.

use super::Finding;
use crate::admin::{Admin, Error};
use crate::desired::{RealmName, clients};
use crate::jwks::{self, Union};
use crate::planning::{Options, Snapshot};

const IVR_CONFIG: &str = "/realms/{realm}/ivr-config";

pub(super) fn look(
    admin: &Admin,
    realm: &RealmName,
    s: &Snapshot,
    options: &Options,
    found: &mut Vec<Finding>,
) -> Result<(), Error> {
    let mut keys = Union::default();
    let published = jwks::of_realm(admin, realm)?.unwrap_or_default();
    if !matches!(keys.add(&published), Ok(1..)) {
        found.push(Finding::stops(
            "the realm publishes no RS256 signing key",
            "add an rsa-generated key provider",
        ));
    }
    if !s.server.resources.contains("ivr-config") {
        return Ok(());
    }
    let (anonymous, _) = admin.public(IVR_CONFIG, &[&realm.full], None)?;
    if anonymous != 401 {
        found.push(Finding::endangers(
            format!("/ivr-config answers {anonymous} without a token; it must be 401"),
            "look at the version of the extension",
        ));
    }
    if s.service.is_none() {
        return Ok(());
    }
    let Some(secret) = &options.service_secret else {
        found.push(Finding::note("/ivr-config was not read with a token", "give --service-secret"));
        return Ok(());
    };
    let token = match admin.service_token(&realm.full, clients::SERVICE, &secret.current) {
        Ok(token) => token,
        Err(Error::LoginRefused { message, .. }) => {
            found.push(Finding::stops(
                format!("ivr-service gets no token with the current secret: {message}"),
                "`realm apply` or `realm rotate`",
            ));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let (status, body) = admin.public(IVR_CONFIG, &[&realm.full], Some(&token))?;
    if status == 200 {
        let steps = body["steps"].as_array().into_iter().flatten();
        let names: Vec<&str> = steps.filter_map(|s| s["field"].as_str()).collect();
        found.push(Finding::note(
            format!("/ivr-config asks for: {}", names.join(", ")),
            "nothing to do",
        ));
    } else {
        let said = body["error"].as_str().or(body["message"].as_str()).unwrap_or("no message");
        let what = format!("/ivr-config answers {status} to ivr-service: {said}");
        found.push(Finding::stops(what, "look at the flow of ivr-voting"));
    }
    Ok(())
}
