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
    state(&plan, &mut found);
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

/// One finding for everything of ours that is not as it is to be.
fn state(plan: &planning::Plan, found: &mut Vec<Finding>) {
    let mut subjects: Vec<&str> = Vec::new();
    let ours = || plan.changes.iter().filter(|c| c.class == Class::Ours);
    for change in ours() {
        if !subjects.contains(&change.subject.as_str()) {
            subjects.push(&change.subject);
        }
    }
    for subject in subjects {
        let of_it = || ours().filter(|c| c.subject == subject);
        let words: Vec<&str> = of_it().map(|c| c.what.as_str()).collect();
        let obstacles: Vec<&str> = of_it()
            .filter_map(|c| match &c.action {
                planning::Action::Impossible(why) => Some(why.as_str()),
                _ => None,
            })
            .collect();
        let remedy =
            if obstacles.is_empty() { "`realm apply`".to_owned() } else { obstacles.join("; ") };
        let what = format!("{subject} is not as it is to be. To change: {}", words.join("; "));
        found.push(Finding::stops(what, remedy));
    }
}
