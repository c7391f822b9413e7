//! The voters themselves: counted, never quoted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Depth, Finding};
use crate::admin::{Admin, Error};
use crate::desired::RealmName;
use crate::planning::Options;

const PAGE: usize = 100;
/// How many voters' example tokens are looked at.
const EXAMPLES: usize = 5;
/// How many voters' credentials are looked at.
const CREDENTIALS: usize = 20;

/// What was seen.
pub(super) struct Seen {
    /// All users of the realm.
    pub(super) total: u64,
    /// Ids of a few voters.
    pub(super) examples: Vec<String>,
}

pub(super) fn look(
    admin: &Admin,
    realm: &RealmName,
    of_realm: &Value,
    options: &Options,
    depth: &Depth,
    found: &mut Vec<Finding>,
) -> Result<Seen, Error> {
    let name = realm.full.as_str();
    let total = admin.must_get("/admin/realms/{realm}/users/count", &[name])?.as_u64().unwrap_or(0);
    let mut tally = Tally::default();
    while tally.looked_at < depth.sample {
        let (first, max) =
            (tally.looked_at.to_string(), PAGE.min(depth.sample - tally.looked_at).to_string());
        let query = [("first", first.as_str()), ("max", &max), ("briefRepresentation", "false")];
        let page =
            admin.get_where("/admin/realms/{realm}/users", &[name], &query)?.unwrap_or_default();
        let users = page.as_array().map_or(&[][..], Vec::as_slice);
        users.iter().for_each(|user| tally.count(realm, of_realm, options, user));
        if users.is_empty() {
            break;
        }
    }
    let slow = credentials(admin, name, &tally, options, found)?;
    if slow > 0 {
        found.push(Finding::note(
            format!("{slow} of the sampled voters' PINs are hashed with pbkdf2 at full cost: slow logins"),
            "Keycloak hashes anew at the next login once the policy says argon2",
        ));
    }
    tally.tell(total, found);
    Ok(Seen { total, examples: tally.voters.into_iter().take(EXAMPLES).collect() })
}

#[derive(Default)]
struct Tally {
    looked_at: usize,
    voters: Vec<String>,
    /// By what is wrong: how many.
    wrong: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn count(&mut self, realm: &RealmName, of_realm: &Value, options: &Options, user: &Value) {
        self.looked_at += 1;
        let attribute = |key: &str| user["attributes"][key][0].as_str().filter(|v| !v.is_empty());
        let mut wrong = |what, is_so: bool| {
            if is_so {
                *self.wrong.entry(what).or_default() += 1;
            }
        };
        wrong("have no area-id", attribute("area-id").is_none());
        wrong("have no tenant-id", attribute("tenant-id").is_none());
        let elsewhere = attribute("tenant-id").is_some_and(|t| t != realm.tenant);
        wrong("have the tenant-id of another tenant", elsewhere);
        wrong(
            "have a required action pending",
            user["requiredActions"].as_array().is_some_and(|a| !a.is_empty()),
        );
        let locked = attribute("disabledReason") == Some("permanentLockout");
        wrong("are locked out for good", locked);
        wrong("are disabled", user["enabled"] == false && !locked);
        if options.factors.has_dob() {
            wrong("have no dateOfBirth", attribute("dateOfBirth").is_none());
        }
        if of_realm["attributes"]["ivr.development"] == "true" {
            wrong(
                "have no authorized-election-ids",
                attribute("authorized-election-ids").is_none(),
            );
        }
        if attribute("area-id").is_some() && user["enabled"] == true {
            self.voters.extend(user["id"].as_str().map(str::to_owned));
        }
    }

    fn tell(&self, total: u64, found: &mut Vec<Finding>) {
        if total == 0 {
            found.push(Finding::note(
                "the realm has no voters yet",
                "import them, then check again",
            ));
            return;
        }
        let of = format!("of {} users looked at ({total} in all)", self.looked_at);
        for (what, count) in &self.wrong {
            let finding = match *what {
                "are disabled" => Finding::note(format!("{count} {of} {what}"), "on purpose?"),
                _ => Finding::stops(
                    format!("{count} {of} {what}"),
                    "correct them, unless they are people who do not vote",
                ),
            };
            found.push(finding);
        }
    }
}

/// Looks at a few voters' credentials: those without a PIN stop, the slow ones are counted.
fn credentials(
    admin: &Admin,
    realm: &str,
    tally: &Tally,
    options: &Options,
    found: &mut Vec<Finding>,
) -> Result<usize, Error> {
    let (mut without, mut slow, mut looked_at) = (0, 0, 0);
    for user in tally.voters.iter().take(CREDENTIALS) {
        let path = "/admin/realms/{realm}/users/{user}/credentials";
        let list = admin.must_get(path, &[realm, user])?;
        looked_at += 1;
        let password = list.as_array().into_iter().flatten().find(|c| c["type"] == "password");
        let Some(password) = password else {
            without += 1;
            continue;
        };
        let how: Value = password["credentialData"]
            .as_str()
            .and_then(|data| serde_json::from_str(data).ok())
            .unwrap_or_default();
        let pbkdf2 = how["algorithm"].as_str().is_some_and(|a| a.starts_with("pbkdf2"));
        slow += usize::from(pbkdf2 && how["hashIterations"].as_u64() >= Some(100_000));
    }
    let asks_pin = options.factors.authenticators().contains(&crate::desired::flow::PASSWORD);
    if without > 0 && asks_pin {
        found.push(Finding::stops(
            format!("{without} of {looked_at} sampled voters have no PIN (no password credential)"),
            "set one, or use --factors dob",
        ));
    }
    Ok(slow)
}
