//! `realm plan` and `realm apply`.

use serde_json::{Value, json};

use super::args::RealmArgs;
use super::{Failure, Outcome, connect, many, progress, screen};
use crate::admin::Admin;
use crate::desired::RealmName;
use crate::planning::{self, Action, Applied, ApplyError, Class, Options, Plan};
use crate::secrets::Sources;

fn prepare(args: &RealmArgs) -> Result<(Admin, Vec<RealmName>, Options), Failure> {
    // What can be wrong without asking anybody is said first.
    let named = args.which.realm.as_deref().map(connect::one_realm).transpose()?;
    let sources = Sources::default();
    let (voting_secret, service_secret) = connect::client_secrets(&args.secrets, &sources)?;
    let admin = connect::admin(&args.connection, &sources)?;
    let realms = match named {
        Some(realm) => vec![realm],
        None => connect::realms(&args.which, &admin)?,
    };
    let options = Options {
        factors: args.factors,
        dob: args.dob.formats(),
        realm_wide: args.realm_wide,
        development: args.development,
        voting_secret,
        service_secret,
    };
    Ok((admin, realms, options))
}

/// `realm plan`.
pub(super) fn plan(args: &RealmArgs) -> Outcome {
    let (admin, realms, options) = prepare(args)?;
    let server = planning::server(&admin)?;
    let make = |realm: &RealmName| -> Result<Plan, Failure> {
        Ok(planning::plan(realm, &planning::read(&admin, &server, realm)?, &options))
    };
    if args.which.all.is_none() {
        let plan = make(&realms[0])?;
        if args.json {
            screen::line(&as_json(&plan).to_string());
        } else {
            show(&plan, &admin, &options);
        }
        return Ok(plan.obstacles().next().is_none());
    }
    many::each(&realms, |realm| {
        let plan = make(realm)?;
        if args.json {
            return Ok((plan.obstacles().next().is_none(), as_json(&plan).to_string()));
        }
        let obstacles: Vec<String> =
            plan.obstacles().map(|(c, why)| planning::obstacle(c, why)).collect();
        let words = if obstacles.is_empty() { summary(&plan) } else { obstacles.join("; ") };
        Ok((obstacles.is_empty(), words))
    })
}

/// `realm apply`.
pub(super) fn apply(args: &RealmArgs) -> Outcome {
    let (admin, realms, options) = prepare(args)?;
    let work = |realm: &RealmName| -> Result<(bool, String), Failure> {
        let mut applied = Applied::telling(written);
        let before = admin.writes();
        let result = planning::apply(&admin, realm, &options, &mut applied);
        let writes = admin.writes() - before;
        match result {
            Ok(()) if writes == 0 => Ok((true, "as it is to be; nothing was written".to_owned())),
            Ok(()) => Ok((true, format!("as it is to be; {writes} changes written"))),
            Err(error) => {
                let bad_input = match &error {
                    ApplyError::Obstacle(_) | ApplyError::NoSecret(_) => true,
                    ApplyError::Request(error) => error.is_bad_input(),
                    ApplyError::Stuck(_) => false,
                };
                let done = match writes {
                    0 => "nothing was written".to_owned(),
                    _ => format!(
                        "{writes} changes were written: {}; repeat to go on",
                        applied.done.join("; ")
                    ),
                };
                let words = format!("{error} ({done})");
                Err(if bad_input { Failure::Input(words) } else { Failure::Work(words) })
            }
        }
    };
    if args.which.all.is_some() {
        return many::each(&realms, work);
    }
    let (well, words) = work(&realms[0])?;
    screen::line(&format!("{}: {words}", realms[0].full));
    Ok(well)
}

fn written(change: &str) {
    progress::line(&format!("  written: {change}"));
}

fn summary(plan: &Plan) -> String {
    let count = |class| plan.changes.iter().filter(|c| c.class == class).count();
    let (ours, wide) = (count(Class::Ours), count(Class::EveryChannel));
    if ours + wide == 0 {
        return "as it is to be".to_owned();
    }
    let asked =
        if plan.realm_wide || wide == 0 { "" } else { " (left alone without --realm-wide)" };
    format!("{ours} changes of ours, {wide} for every channel{asked}")
}

fn show(plan: &Plan, admin: &Admin, options: &Options) {
    screen::line(&format!("{} on {}", plan.realm.full, admin.address()));
    section(plan, Class::Ours, "Ours: for telephone voting alone");
    let wide =
        if plan.realm_wide { "Every channel" } else { "Every channel: only with --realm-wide" };
    section(plan, Class::EveryChannel, wide);
    if !plan.left_alone.is_empty() {
        screen::line("\nLeft alone");
        for line in &plan.left_alone {
            screen::line(&format!("  . {line}"));
        }
    }
    for (secret, option) in
        [(&options.voting_secret, "--voting-secret"), (&options.service_secret, "--service-secret")]
    {
        if secret.is_none() {
            screen::line(&format!("\nNo {option}: that secret was not compared."));
        }
    }
    screen::line(&format!("\n{}. Nothing was written.", summary(plan)));
}

fn section(plan: &Plan, class: Class, title: &str) {
    let changes: Vec<_> = plan.changes.iter().filter(|c| c.class == class).collect();
    if changes.is_empty() {
        return;
    }
    screen::line(&format!("\n{title}"));
    for change in changes {
        let mark = if matches!(change.action, Action::Impossible(_)) { '!' } else { '+' };
        let portal = if change.portal.len() > 30 { "" } else { change.portal };
        let beside =
            if portal.is_empty() { String::new() } else { format!("  [portal: {portal}]") };
        screen::line(&format!("  {mark} {}: {}{beside}", change.subject, change.what));
        if let Action::Impossible(why) = &change.action {
            screen::line(&format!("      cannot be done here: {why}"));
        }
        if portal.is_empty() {
            screen::line(&format!("      portal: {}", change.portal));
        }
    }
}

fn as_json(plan: &Plan) -> Value {
    let changes: Vec<Value> = plan
        .changes
        .iter()
        .map(|c| {
            let obstacle = match &c.action {
                Action::Impossible(why) => Some(why),
                _ => None,
            };
            json!({"class": c.class, "subject": c.subject, "what": c.what, "portal": c.portal, "obstacle": obstacle})
        })
        .collect();
    json!({"realm": plan.realm.full, "realm_wide": plan.realm_wide, "changes": changes, "left_alone": plan.left_alone})
}
