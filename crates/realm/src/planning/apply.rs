//! [`apply`]: plans, writes until something has to be read again, and plans again.

use super::snapshot::server;
use super::{Action, Change, Options, plan, read};
use crate::admin::{Admin, Error};
use crate::desired::RealmName;

/// More rounds than any realm needs; a server that forgets what it is told ends here.
const ROUNDS: usize = 40;

/// An obstacle in words.
pub(crate) fn obstacle(change: &Change, why: &str) -> String {
    format!("{}: {}: {why}", change.subject, change.what)
}

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// The changes, in words, in order.
    pub done: Vec<String>,
    told: Option<fn(&str)>,
}

impl Applied {
    /// Tells of each change as soon as it is made.
    pub fn telling(tell: fn(&str)) -> Self {
        Self { done: Vec::new(), told: Some(tell) }
    }

    fn note(&mut self, change: String) {
        if let Some(tell) = self.told {
            tell(&change);
        }
        self.done.push(change);
    }
}

/// Why a realm is not as it is to be.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Something is missing that this tool cannot make. Nothing was written.
    #[error("{0}")]
    Obstacle(String),
    /// A secret is needed. Nothing was written.
    #[error("{0} is needed: a client without a known secret is of no use")]
    NoSecret(&'static str),
    /// A request failed.
    #[error(transparent)]
    Request(#[from] Error),
    /// Keycloak accepts a change and does not keep it.
    #[error(
        "{0}: Keycloak accepts the change and does not keep it; look at it in the admin console"
    )]
    Stuck(String),
}

/// Takes a realm to the state it is to have. `done` holds what was written, also after a failure;
/// it is shown every change just before it is made through the observer of [`Admin::observe`].
///
/// # Errors
/// An obstacle, a failed request. Running it again goes on where it ended.
pub fn apply(
    admin: &Admin,
    realm: &RealmName,
    options: &Options,
    applied: &mut Applied,
) -> Result<(), ApplyError> {
    if options.voting_secret.is_none() {
        return Err(ApplyError::NoSecret("--voting-secret"));
    }
    if options.service_secret.is_none() {
        return Err(ApplyError::NoSecret("--service-secret"));
    }
    let server = server(admin)?;
    let mut first = String::new();
    for _ in 0..ROUNDS {
        let plan = plan(realm, &read(admin, &server, realm)?, options);
        let obstacles: Vec<String> =
            plan.obstacles().map(|(change, why)| obstacle(change, why)).collect();
        if !obstacles.is_empty() {
            return Err(ApplyError::Obstacle(obstacles.join("; ")));
        }
        let Some(next) = plan.to_do().next() else { return Ok(()) };
        first = format!("{}: {}", next.subject, next.what);
        for change in plan.to_do() {
            let Action::Write(write) = &change.action else { break };
            admin.write(write)?;
            applied.note(format!("{}: {}", change.subject, change.what));
        }
    }
    Err(ApplyError::Stuck(first))
}
