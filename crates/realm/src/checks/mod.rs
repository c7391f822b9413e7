//! What would stop or endanger a voter.

mod findings;
mod live;
pub mod odds;
mod settings;
mod token;
mod voters;

use crate::admin::{Admin, Error};
use crate::desired::RealmName;
use crate::planning::{self, Class, Options, Server};

pub use findings::{Finding, Level};

/// What is checked besides the state itself.
#[derive(Debug, Clone, Default)]
pub struct Depth {
    /// Digits of a PIN, if somebody says so.
    pub pin_digits: Option<u32>,
    /// How many voters to look at.
    pub sample: usize,
}

/// Looks at a realm. Only reads, but for one service token when its secret is given.
///
/// # Errors
/// Those of the requests; what is wrong with the realm is a finding.
pub fn check(
    admin: &Admin,
    server: &Server,
    realm: &RealmName,
    options: &Options,
    depth: &Depth,
) -> Result<Vec<Finding>, Error> {
    let snapshot = planning::read(admin, server, realm)?;
    let mut found = Vec::new();
    let plan = planning::plan(realm, &snapshot, options);
    for change in plan.changes.iter().filter(|c| c.class == Class::Ours) {
        let remedy = match &change.action {
            planning::Action::Impossible(why) => why.clone(),
            _ => "`realm apply`".to_owned(),
        };
        let what = format!("{}: to be {}", change.subject, change.what);
        let what = what.replace(": to be is ", ": is ").replace(": to be does ", ": does ");
        found.push(Finding::stops(what, remedy));
    }
    for line in &plan.left_alone {
        found.push(Finding::note(line.clone(), "look whether it belongs there"));
    }
    let Some(of_realm) = &snapshot.realm else { return Ok(found) };
    if snapshot.lets_bare_username_in() {
        found.push(Finding::endangers(
            "ivr-voting may give a token for a bare voter id: no REQUIRED credential at the top of its flow",
            "`realm apply`, at once; or disable the client",
        ));
    }
    let voters = voters::look(admin, realm, of_realm, options, depth, &mut found)?;
    settings::look(&snapshot, of_realm, options, &mut found);
    odds::look(of_realm, options.factors, depth.pin_digits, voters.total, &mut found);
    token::look(admin, realm, &snapshot, &voters.examples, &mut found)?;
    live::look(admin, realm, &snapshot, options, &mut found)?;
    found.sort_by_key(|f| f.level);
    Ok(found)
}
