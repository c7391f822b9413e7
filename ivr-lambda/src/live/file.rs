//! The file of `--live`: which backends are real.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::secret_ref::SecretRef;
use crate::adapters::routing_urls::{Loopback, RoutingUrls};
use crate::world::{At, from_json};

/// Which backends are real. A section that is present replaces its ports.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveFile {
    /// Voter identity.
    #[serde(default)]
    pub keycloak: Option<KeycloakSection>,
    /// The gateway.
    #[serde(default)]
    pub hasura: Option<HasuraSection>,
    /// Casting.
    #[serde(default)]
    pub harvest: Option<HarvestSection>,
    #[serde(default)]
    publication: Option<IgnoredAny>,
}

/// A real Keycloak.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeycloakSection {
    /// Its base URL.
    pub url: String,
    /// The realm, `tenant-{tenant}-event-{event}`.
    pub realm: String,
    /// The secret of `ivr-voting`.
    pub voting_secret: SecretRef,
    /// The secret of `ivr-service`.
    pub service_secret: SecretRef,
    /// A voter for `doctor`, by `maps_to`; never one who is to vote.
    #[serde(default)]
    pub test_voter: BTreeMap<String, SecretRef>,
    /// Whether the realm lets a refresh token be used twice; without it, it does not.
    #[serde(default)]
    pub refresh_reuse: bool,
}

/// A real Hasura.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HasuraSection {
    /// Its base URL, above `/v1/graphql`.
    pub url: String,
}

/// A real Harvest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HarvestSection {
    /// Its base URL, above `/insert-cast-vote`. Only the direct door needs it.
    #[serde(default)]
    pub url: Option<String>,
    /// Which door.
    pub door: DoorName,
}

/// A door, as a file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DoorName {
    /// Harvest itself, which does not verify tokens.
    Direct,
    /// The action of Hasura.
    Hasura,
}

fn check_harvest(
    file: &Path,
    harvest: &HarvestSection,
    hasura: Option<&HasuraSection>,
) -> Result<(), At> {
    match (harvest.door, &harvest.url) {
        (DoorName::Direct, None) => {
            Err(At::new(file, "$.harvest.url", "where Harvest is, for the direct door"))
        }
        (DoorName::Hasura, _) if hasura.is_none() => Err(At::new(
            file,
            "$.harvest.door",
            "\"hasura\" is a door of the section \"hasura\"; add it",
        )),
        (_, Some(url)) => check_url(file, "$.harvest.url", url),
        (DoorName::Hasura, None) => Ok(()),
    }
}

/// Checks a base URL that a file names. A developer's file may name any host; what it may not do is
/// send secrets in the clear.
pub(super) fn check_url(file: &Path, at: &str, text: &str) -> Result<(), At> {
    let host = url::Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
    let suffixes = host.map(|host| ("live".to_owned(), vec![host]));
    let urls = RoutingUrls::new(suffixes, Loopback::Allowed);
    urls.check_url("live", text).map_err(|why| At::new(file, at, why.to_string()))?;
    Ok(())
}

/// Reads the file.
pub fn read(file: &Path) -> Result<LiveFile, At> {
    let bytes = std::fs::read(file).map_err(|error| At::new(file, "", error.to_string()))?;
    let live: LiveFile = from_json(file, &bytes)?;
    if live.publication.is_some() {
        let message = "step-ivr does not speak to a real publication yet; leave the section out, \
                       and the world's stays";
        return Err(At::new(file, "$.publication", message));
    }
    let Some(keycloak) = live.keycloak else {
        // The world's own tokens are signed by nobody.
        const NO_TOKENS: &str = "without \"keycloak\" no token would be accepted; add it";
        let (at, message) = match (live.hasura, live.harvest) {
            (None, None) => ("$", "no section: write \"keycloak\": {…}"),
            (Some(_), _) => ("$.hasura", NO_TOKENS),
            (None, Some(_)) => ("$.harvest", NO_TOKENS),
        };
        return Err(At::new(file, at, message));
    };
    if let Some(hasura) = &live.hasura {
        check_url(file, "$.hasura.url", &hasura.url)?;
    }
    if let Some(harvest) = &live.harvest {
        check_harvest(file, harvest, live.hasura.as_ref())?;
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let KeycloakSection { url, realm, voting_secret, service_secret, test_voter, refresh_reuse } =
        keycloak;
    let test_voter =
        test_voter.into_iter().map(|(name, at)| (name, at.from_folder(folder))).collect();
    let keycloak = KeycloakSection {
        url,
        realm,
        voting_secret: voting_secret.from_folder(folder),
        service_secret: service_secret.from_folder(folder),
        test_voter,
        refresh_reuse,
    };
    Ok(LiveFile { keycloak: Some(keycloak), ..live })
}
