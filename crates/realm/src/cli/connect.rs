//! From arguments to a signed-in administrator and the clients' secrets.

use super::Failure;
use super::args::{ClientSecrets, Connection, Which};
use crate::admin::{Address, Admin, Login};
use crate::desired::RealmName;
use crate::names;
use crate::secrets::{ClientSecret, Reference, Sources};

/// The administrator.
pub(super) fn admin(connection: &Connection, sources: &Sources) -> Result<Admin, Failure> {
    let address = Address::parse(&connection.keycloak_url, connection.allow_http)?;
    let realm = connection.admin_realm.clone();
    let read = |option, text: &str| sources.read(option, &Reference::parse(option, text)?);
    let login = match (&connection.admin_client_id, &connection.admin_client_secret) {
        (Some(client_id), Some(secret)) => Login::Client {
            realm,
            client_id: client_id.clone(),
            secret: read("--admin-client-secret", secret)?,
        },
        _ => Login::Password {
            realm,
            username: connection.admin_username.clone(),
            password: read("--admin-password", &connection.admin_password)?,
        },
    };
    Ok(Admin::connect(address, login)?)
}

/// The secrets of `ivr-voting` and `ivr-service`.
pub(super) fn client_secrets(
    given: &ClientSecrets,
    sources: &Sources,
) -> Result<(Option<ClientSecret>, Option<ClientSecret>), Failure> {
    let read = |option, text: &Option<String>| -> Result<Option<ClientSecret>, Failure> {
        let Some(text) = text else { return Ok(None) };
        let value = sources.read(option, &Reference::parse(option, text)?)?;
        Ok(Some(ClientSecret::parse(option, &value)?))
    };
    let voting = read("--voting-secret", &given.voting_secret)?;
    let service = read("--service-secret", &given.service_secret)?;
    if let (Some(voting), Some(service)) = (&voting, &service)
        && voting.current == service.current
    {
        let why = "--voting-secret and --service-secret are the same; each client needs its own";
        return Err(Failure::Input(why.to_owned()));
    }
    Ok((voting, service))
}

/// The realms of a run.
pub(super) fn realms(which: &Which, admin: &Admin) -> Result<Vec<RealmName>, Failure> {
    match (&which.realm, &which.all) {
        (Some(name), _) => Ok(vec![one_realm(name)?]),
        (None, Some(pattern)) => {
            let found = names::matching(admin, pattern)?;
            if found.is_empty() {
                let why = format!("no realm of the form tenant-…-event-… fits {pattern:?}");
                return Err(Failure::Input(why));
            }
            Ok(found)
        }
        (None, None) => Err(Failure::Input("name a realm, or use --all".to_owned())),
    }
}

/// A realm by its name.
pub(super) fn one_realm(name: &str) -> Result<RealmName, Failure> {
    name.parse().map_err(|e: crate::desired::UnknownName| Failure::Input(e.to_string()))
}
