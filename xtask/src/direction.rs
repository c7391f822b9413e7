//! Which crate may know which: the inner ones know no other crate of ours and no outside world.
//!
//! `ivr-ballot <- ivr-core <- ivr-lambda`. The arrows never turn back, and the two inner crates
//! pull in nothing that speaks HTTP, nothing of AWS and no asynchronous runtime.

use std::collections::BTreeSet;

use crate::outcome::{Failure, Outcome, Verdict};
use crate::process::{cargo, read};

/// Each crate of ours, with the ones of ours that it may pull in, directly or not.
const MAY_USE: &[(&str, &[&str])] = &[
    ("access-token", &[]),
    ("ivr-ballot", &[]),
    ("contract", &["ivr-ballot", "ivr-core", "realm", "test-servers"]),
    ("harvest-ivr", &["access-token", "ivr-ballot", "ivr-core"]),
    ("hasura-deploy", &[]),
    ("hasura-standin", &[]),
    ("harvest-patches", &[]),
    ("ivr-core", &["ivr-ballot"]),
    ("ivr-lambda", &["access-token", "ivr-ballot", "ivr-core"]),
    ("live", &["contract", "hasura-deploy", "ivr-ballot", "ivr-core", "realm", "test-servers"]),
    ("realm", &["ivr-ballot", "ivr-core"]),
    ("submit-model", &["ivr-ballot", "ivr-core"]),
    ("test-servers", &[]),
    ("xtask", &[]),
];

/// The crates that must build for a browser as well as for a function.
const INNER: &[&str] = &["ivr-ballot", "ivr-core"];

/// What an inner crate never pulls in, by its exact name…
const OUTSIDE: &[&str] = &[
    "async-std",
    "axum",
    "curl",
    "h2",
    "h3",
    "http",
    "hyper",
    "isahc",
    "mio",
    "reqwest",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "tonic",
    "tower",
    "ureq",
    "warp",
];

/// …or by how its name begins.
const OUTSIDE_FAMILIES: &[&str] =
    &["aws-", "aws_", "axum-", "http-", "hyper-", "lambda_", "reqwest-", "tokio-", "tower-"];

/// What an inner crate never asks itself, though something that it uses may bring it: randomness is
/// an argument (`ring` brings getrandom for its own generator, which nothing here uses).
const NOT_ASKED: &[&str] = &["getrandom", "rand"];

/// Checks every crate of the workspace; one that nobody has decided about is a failure too.
pub(crate) fn check() -> Outcome {
    let ours = names(&tree(&["--workspace", "--depth", "0"])?);
    let mut broken = Vec::new();
    for member in &ours {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| name == member) else {
            broken.push(format!("{member} has no line in xtask/src/direction.rs"));
            continue;
        };
        let used = names(&tree(&["--package", member])?);
        broken.extend(turned_back(member, allowed, &used, &ours));
        if INNER.contains(&member.as_str()) {
            broken.extend(reaches_out(member, &used));
            broken.extend(asks_itself(
                member,
                &names(&tree(&["--package", member, "--depth", "1"])?),
            ));
        }
    }
    if broken.is_empty() { Ok(Verdict::Done) } else { Err(Failure(broken.join("; "))) }
}

fn tree(selection: &[&str]) -> Result<String, Failure> {
    let fixed = ["tree", "--edges", "normal", "--prefix", "none", "--all-features", "--quiet"];
    read(cargo(&fixed).args(selection))
}

/// The package names of `cargo tree --prefix none`: the first word of each line.
fn names(listing: &str) -> BTreeSet<String> {
    listing.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn turned_back(
    member: &str,
    allowed: &[&str],
    used: &BTreeSet<String>,
    ours: &BTreeSet<String>,
) -> Vec<String> {
    used.intersection(ours)
        .filter(|name| *name != member && !allowed.contains(&name.as_str()))
        .map(|name| format!("{member} depends on {name}"))
        .collect()
}

fn reaches_out(member: &str, used: &BTreeSet<String>) -> Vec<String> {
    used.iter()
        .filter(|name| {
            OUTSIDE.contains(&name.as_str())
                || OUTSIDE_FAMILIES.iter().any(|family| name.starts_with(family))
        })
        .map(|name| format!("{member} pulls in {name} (see `cargo tree -p {member} -i {name}`)"))
        .collect()
}

fn asks_itself(member: &str, direct: &BTreeSet<String>) -> Vec<String> {
    let asked = direct.iter().filter(|name| NOT_ASKED.contains(&name.as_str()));
    asked.map(|name| format!("{member} depends on {name}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_this_workspace_point_one_way() {
        assert_eq!(check(), Ok(Verdict::Done));
    }

    #[test]
    fn an_engine_that_speaks_http_is_refused() {
        let used = names(
            "ivr-core v0.1.0 (/w/crates/ivr-core)\nhttparse v1.0.0\nhyper-util v0.1.0\ntokio v1.0.0 (*)\n",
        );
        let broken = reaches_out("ivr-core", &used);
        assert_eq!(broken.len(), 2, "{broken:?}");
    }

    #[test]
    fn an_engine_that_draws_its_own_randomness_is_refused() {
        let direct =
            names("ivr-core v0.1.0 (/w/crates/ivr-core)\nring v0.17.14\ngetrandom v0.4.0\n");
        assert_eq!(asks_itself("ivr-core", &direct), ["ivr-core depends on getrandom"]);
    }

    #[test]
    fn a_ballot_that_knows_the_engine_is_refused() {
        let ours = names("ivr-ballot\nivr-core\n");
        let used = names("ivr-ballot v0.1.0\nivr-core v0.1.0\nsha2 v0.11.0\n");
        assert_eq!(
            turned_back("ivr-ballot", &[], &used, &ours),
            ["ivr-ballot depends on ivr-core"],
        );
    }
}
