//! What is to change in our flow. Factors are added and made REQUIRED before anything is removed.

use serde_json::{Value, json};

use super::change::{Action, Change};
use super::{Options, Snapshot};
use crate::admin::Write;
use crate::desired::{RealmName, flow};

const EXECUTIONS: &str = "/admin/realms/{realm}/authentication/flows/{flow}/executions";

pub(super) fn changes(realm: &RealmName, s: &Snapshot, options: &Options, out: &mut Vec<Change>) {
    let name = realm.full.as_str();
    let subject = format!("flow {:?}", flow::ALIAS);
    let missing = options.factors.has_dob() && !s.server.authenticators.contains(flow::DOB);
    if missing {
        out.push(Change::ours(&subject, "asks for the date of birth", Action::Impossible(format!(
            "the server has no authenticator {:?}: put the keycloak-extensions jars into its providers folder",
            flow::DOB
        ))));
    }
    match s.flow() {
        None => create(name, &subject, options, out),
        Some(ours) if ours["builtIn"] == true || ours["providerId"] != "basic-flow" => {
            out.push(Change::ours(
                &subject,
                "is of another kind",
                Action::Impossible(
                    "a flow of that name exists that is built in or no basic flow: rename it"
                        .to_owned(),
                ),
            ));
        }
        Some(_) => repair(name, &subject, s, options, out),
    }
}

fn create(realm: &str, subject: &str, options: &Options, out: &mut Vec<Change>) {
    let path = "/admin/realms/{realm}/authentication/flows";
    let write = Write::post(path, &[realm], flow::flow());
    out.push(Change::ours(subject, "created", Action::Write(write)));
    for provider in options.factors.authenticators() {
        out.push(Change::ours(subject, format!("step {provider} added, REQUIRED"), Action::Later));
    }
    if options.factors.has_dob() {
        out.push(Change::ours(subject, "date of birth configured", Action::Later));
    }
}

fn repair(realm: &str, subject: &str, s: &Snapshot, options: &Options, out: &mut Vec<Change>) {
    let wanted = options.factors.authenticators();
    let top: Vec<&Value> = s.executions.iter().filter(|e| e["level"] == 0).collect();
    let find = |provider: &str| top.iter().copied().find(|e| e["providerId"] == *provider);
    for provider in wanted.iter().filter(|p| find(p).is_none()) {
        let path = "/admin/realms/{realm}/authentication/flows/{flow}/executions/execution";
        let write = Write::post(path, &[realm, flow::ALIAS], json!({"provider": provider}));
        out.push(Change::ours(subject, format!("step {provider} added"), Action::Write(write)));
        out.push(Change::ours(subject, format!("step {provider} REQUIRED"), Action::Later));
    }
    let present: Vec<&Value> = wanted.iter().filter_map(|p| find(p)).collect();
    settle(realm, subject, &present, present.len() == wanted.len(), out);
    if options.factors.has_dob() {
        configure(realm, subject, s, options, find(flow::DOB), out);
    }
    for extra in top.iter().filter(|e| !present.iter().any(|p| p["id"] == e["id"])) {
        let path = "/admin/realms/{realm}/authentication/executions/{execution}";
        let write = Write::delete(path, &[realm, extra["id"].as_str().unwrap_or_default()], None);
        let what = extra["providerId"].as_str().or(extra["displayName"].as_str());
        let what = format!("step {} removed", what.unwrap_or("without a name"));
        out.push(Change::ours(subject, what, Action::Write(write)));
    }
}

/// Requirement and order of the steps that are there.
fn settle(realm: &str, subject: &str, present: &[&Value], all: bool, out: &mut Vec<Change>) {
    let place = |e: &Value| e["index"].as_u64().unwrap_or(0);
    let disordered = all && !present.windows(2).all(|pair| place(pair[0]) < place(pair[1]));
    for (position, execution) in present.iter().enumerate() {
        let mut body = (*execution).clone();
        let provider = execution["providerId"].as_str().unwrap_or_default();
        let mut words = Vec::new();
        if body["requirement"] != "REQUIRED" {
            let was = body["requirement"].as_str().unwrap_or_default();
            words.push(format!("step {provider} {was} -> REQUIRED"));
            body["requirement"] = json!("REQUIRED");
        }
        let priority = (position + 1) * 10;
        if disordered && body["priority"] != priority {
            words.push(format!("step {provider} moved to place {}", position + 1));
            body["priority"] = json!(priority);
        }
        if !words.is_empty() {
            let write = Write::put(EXECUTIONS, &[realm, flow::ALIAS], body);
            out.push(Change::ours(subject, words.join(", "), Action::Write(write)));
        }
    }
}

fn configure(
    realm: &str,
    subject: &str,
    s: &Snapshot,
    options: &Options,
    execution: Option<&Value>,
    out: &mut Vec<Change>,
) {
    let what = "date of birth configured";
    let action = match (execution, &s.dob_config) {
        (None, _) => Action::Later,
        (Some(execution), None) => {
            let path = "/admin/realms/{realm}/authentication/executions/{execution}/config";
            let id = execution["id"].as_str().unwrap_or_default();
            Action::Write(Write::post(path, &[realm, id], flow::dob_config(options.dob)))
        }
        (Some(_), Some(config)) => {
            let wanted = flow::dob_config(options.dob);
            let (words, _) = super::diff::differing(&wanted["config"], &config["config"]);
            if words.is_empty() {
                return;
            }
            let mut body = config.clone();
            for (key, value) in wanted["config"].as_object().into_iter().flatten() {
                body["config"][key] = value.clone();
            }
            let path = "/admin/realms/{realm}/authentication/config/{config}";
            let id = config["id"].as_str().unwrap_or_default();
            let write = Action::Write(Write::put(path, &[realm, id], body));
            out.push(Change::ours(subject, format!("{what}: {}", words.join(", ")), write));
            return;
        }
    };
    out.push(Change::ours(subject, what, action));
}
