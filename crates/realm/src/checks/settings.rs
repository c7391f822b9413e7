//! Realm settings that stop or endanger voters.

use serde_json::Value;

use super::Finding;
use crate::desired::{brute_force, profile, roles, session};
use crate::planning::{Options, Snapshot};

pub(super) fn look(s: &Snapshot, realm: &Value, options: &Options, found: &mut Vec<Finding>) {
    user_profile(s, found);
    lockout(realm, found);
    tokens(realm, found);
    hashing(realm, found);
    if s.composites
        .get(roles::VOTER)
        .is_some_and(|parts| parts.iter().any(|r| r["name"] == "admin"))
    {
        found.push(Finding::endangers(
            "the role user includes the role admin, so voters' tokens carry admin into Hasura",
            "take admin out of the role user",
        ));
    }
    if realm["loginWithEmailAllowed"] == true && !options.factors.has_dob() {
        found.push(Finding::note(
            "loginWithEmailAllowed: an e-mail address works as voter id; nobody keys one",
            "turn it off if the portal does not use it",
        ));
    }
    if !s.server.resources.contains("ivr-config") {
        found.push(Finding::stops(
            "the server has no /ivr-config, so no call can ask for credentials",
            "put the keycloak-extensions jars into the server's providers folder",
        ));
    }
}

fn user_profile(s: &Snapshot, found: &mut Vec<Finding>) {
    use profile::Difference::{Length, Policy, Required};
    for difference in profile::wanted(&s.profile).0 {
        let remedy = "`realm apply --realm-wide`";
        found.push(match difference {
            Policy(was) if was == "ENABLED" => Finding::endangers(
                "unmanagedAttributePolicy ENABLED: voters may edit their area and elections themselves",
                remedy,
            ),
            Policy(was) if was == "ADMIN_VIEW" => Finding::note("unmanagedAttributePolicy ADMIN_VIEW", remedy),
            Policy(_) => Finding::stops(
                "no unmanagedAttributePolicy: area-id, tenant-id and others are dropped silently, unless declared",
                remedy,
            ),
            Required(name) => Finding::stops(
                format!("{name} is required: a voter without it hears that the account is not complete"),
                remedy,
            ),
            Length(least) => Finding::stops(
                format!("voter ids shorter than {least} characters are refused"),
                remedy,
            ),
        });
    }
    for name in profile::others_required(&s.profile) {
        found.push(Finding::stops(
            format!(
                "the user profile requires {name}: a voter without it cannot log in by telephone"
            ),
            "make it optional, or give it to every voter",
        ));
    }
}

fn lockout(realm: &Value, found: &mut Vec<Finding>) {
    let number = |key: &str| realm[key].as_u64().unwrap_or(0);
    if realm["permanentLockout"] == true {
        found.push(Finding::endangers(
            "permanentLockout: whoever knows a voter id can lock that voter out for good",
            "`realm apply --realm-wide`",
        ));
    }
    if realm["bruteForceProtected"] == true && number("failureFactor") > brute_force::FAILURES {
        found.push(Finding::note(
            format!(
                "an account locks after {} failures, not {}",
                number("failureFactor"),
                brute_force::FAILURES
            ),
            "`realm apply --realm-wide`",
        ));
    }
    if realm["bruteForceProtected"] == true && number("failureFactor") < 3 {
        found.push(Finding::stops(
            "an account locks after fewer than 3 failures: a voter who slips twice is out",
            "`realm apply --realm-wide`",
        ));
    }
}

fn tokens(realm: &Value, found: &mut Vec<Finding>) {
    if realm["revokeRefreshToken"] == true {
        let reuse = realm["refreshTokenMaxReuse"].as_u64().unwrap_or(0);
        found.push(Finding::note(
            format!(
                "revokeRefreshToken with {reuse} reuses: a refresh token used again beyond that ends the \
                 call's session, so a refresh that got no answer is not repeated"
            ),
            "the function's configuration must say that refresh tokens rotate (the careful default)",
        ));
    }
    for (key, now, least) in session::too_short(realm) {
        let what = format!("{key} is {now} s; a long call wants {least} s");
        found.push(Finding::note(what, "`realm apply --realm-wide`"));
    }
    let algorithm = realm["defaultSignatureAlgorithm"].as_str().unwrap_or("RS256");
    if !["", "RS256"].contains(&algorithm) {
        found.push(Finding::stops(
            format!("tokens are signed with {algorithm}; Hasura and the function take RS256"),
            "set the default signature algorithm to RS256",
        ));
    }
}

fn hashing(realm: &Value, found: &mut Vec<Finding>) {
    let policy = realm["passwordPolicy"].as_str().unwrap_or_default();
    let slow = policy.contains("hashAlgorithm(pbkdf2-sha256)")
        || policy.contains("hashAlgorithm(pbkdf2-sha512)");
    if slow && !policy.contains("hashIterations") {
        found.push(Finding::note(
            "passwords are hashed with pbkdf2 at its default cost: 6 to 12 times slower than argon2",
            "hashAlgorithm(argon2), if logins are to keep up with a busy hour",
        ));
    }
}
