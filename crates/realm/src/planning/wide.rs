//! What is to change for every channel.

use serde_json::{Value, json};

use super::Snapshot;
use super::change::Change;
use crate::admin::Write;
use crate::desired::profile::Difference;
use crate::desired::{RealmName, brute_force, profile, session};

pub(super) fn changes(realm: &RealmName, s: &Snapshot, out: &mut Vec<Change>) {
    let Some(now) = &s.realm else {
        let what = "user profile, brute force and sessions set";
        out.push(Change::wide_later("realm", what, "none: a new realm"));
        return;
    };
    user_profile(&realm.full, s, out);
    let put = |body: Value| Write::put("/admin/realms/{realm}", &[&realm.full], body);
    let (words, body) = super::diff::differing(&brute_force::settings(), now);
    if !words.is_empty() {
        let portal = "its logins count in the same way: 6 wrong ones lock an account for 5 minutes, \
                      later up to 15, on the portal too";
        let what = words.join(", ");
        out.push(Change::wide("brute force", what, portal, put(Value::Object(body))));
    }
    for (key, was, least) in session::too_short(now) {
        let portal = "its sessions may be idle or last that long too";
        let what = format!("{key} {was} -> {least}");
        out.push(Change::wide("sessions", what, portal, put(json!({key: least}))));
    }
}

/// One request sets the whole profile, so one line stands for it.
fn user_profile(realm: &str, s: &Snapshot, out: &mut Vec<Change>) {
    let (differences, wanted) = profile::wanted(&s.profile);
    if differences.is_empty() {
        return;
    }
    let words: Vec<String> = differences
        .iter()
        .map(|difference| match difference {
            Difference::Policy(was) => {
                format!("unmanagedAttributePolicy {was} -> {}", profile::POLICY)
            }
            Difference::Required(name) => format!("{name} no longer required"),
            Difference::Length(was) => format!("username at least {was} -> 1 characters"),
        })
        .collect();
    let portal = "it no longer asks voters for e-mail or names; attributes such as area-id are \
                  stored, and only administrators can write them";
    let write = Write::put("/admin/realms/{realm}/users/profile", &[realm], wanted);
    out.push(Change::wide("user profile", words.join(", "), portal, write));
}
