//! `realm check`.

use serde_json::json;

use super::args::CheckArgs;
use super::{Outcome, connect, many, screen};
use crate::checks::{self, Depth, Finding, Level};
use crate::desired::RealmName;
use crate::planning::{self, Options};
use crate::secrets::Sources;

/// `realm check`.
pub(super) fn check(args: &CheckArgs) -> Outcome {
    if let Some(name) = &args.which.realm {
        connect::one_realm(name)?;
    }
    let sources = Sources::default();
    let (voting_secret, service_secret) = connect::client_secrets(&args.secrets, &sources)?;
    let admin = connect::admin(&args.connection, &sources)?;
    let options = Options {
        factors: args.factors,
        dob: args.dob.formats(),
        voting_secret,
        service_secret,
        ..Options::default()
    };
    let depth = Depth { pin_digits: args.pin_digits, sample: args.sample };
    let server = planning::server(&admin)?;
    let realms = connect::realms(&args.which, &admin)?;
    let look = |realm: &RealmName| checks::check(&admin, &server, realm, &options, &depth);
    if args.which.all.is_some() {
        return many::each(&realms, |realm| {
            let found = look(realm)?;
            let words = if args.json { json!(found).to_string() } else { summary(&found) };
            Ok((count(&found, Level::Stops) == 0, words))
        });
    }
    let found = look(&realms[0])?;
    if args.json {
        screen::line(&json!({"realm": realms[0].full, "findings": found}).to_string());
    } else {
        screen::line(&format!(
            "{} on {} (Keycloak {})",
            realms[0].full,
            admin.address(),
            server.version
        ));
        for (level, title) in [
            (Level::Stops, "Stops voters"),
            (Level::Endangers, "Endangers voters"),
            (Level::Note, "Worth knowing"),
        ] {
            show(&found, level, title);
        }
        screen::line(&format!("\n{}", summary(&found)));
    }
    Ok(count(&found, Level::Stops) == 0)
}

fn show(found: &[Finding], level: Level, title: &str) {
    if count(found, level) == 0 {
        return;
    }
    screen::line(&format!("\n{title}"));
    for finding in found.iter().filter(|f| f.level == level) {
        screen::line(&format!("  - {}", finding.what));
        screen::line(&format!("      {}", finding.remedy));
    }
}

fn count(found: &[Finding], level: Level) -> usize {
    found.iter().filter(|f| f.level == level).count()
}

fn summary(found: &[Finding]) -> String {
    let (stops, endangers) = (count(found, Level::Stops), count(found, Level::Endangers));
    let notes = count(found, Level::Note);
    let verdict = if stops == 0 { "voters can log in by telephone" } else { "NOT READY" };
    format!("{verdict}: {stops} stop voters, {endangers} endanger them, {notes} worth knowing")
}
