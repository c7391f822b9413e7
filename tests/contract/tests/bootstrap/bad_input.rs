//! Wrong input: one clear line, exit status 2, nothing written.

use anyhow::{Context as _, ensure};
use realm::admin::Write;
use serde_json::json;

use crate::place::*;

pub(crate) fn wrong_input_is_one_line_and_status_two(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = place.platform_realm(&admin, "input")?;
    let realm = name.full.as_str();
    no_permission_here(&admin)?;
    let secrets = ["--voting-secret", "env:VOTING", "--service-secret", "env:SERVICE"];
    let elsewhere = format!("{}/elsewhere", place.url);
    let cases: [(&[&str], &str); 10] = [
        (&["apply", "tenant-t1-event-nowhere"], "does not exist"),
        (&["apply", "master"], "tenant-{tenant}-event-{event}"),
        (&["plan", realm, "--keycloak-url", "http://127.0.0.1:9"], "cannot reach Keycloak"),
        (&["plan", realm, "--keycloak-url", &elsewhere], "no Keycloak at"),
        (&["plan", realm, "--keycloak-url", "http://keycloak.invalid"], "plain http"),
        (
            &["plan", realm, "--admin-password", "env:VOTING"],
            "refused the administrator's credentials",
        ),
        (&["plan", realm, "--admin-password", "canary-typed"], "names a place, not a secret"),
        (
            &["plan", realm, "--admin-username", "no-rights", "--admin-password", "env:VOTING"],
            "may not GET",
        ),
        (&["plan", "--all", "tenant-none-*"], "no realm of the form"),
        (&["plan", realm, "--admin-password", "file:/nowhere"], "cannot read /nowhere"),
    ];
    for (arguments, expected) in cases {
        let output = place.run(&[arguments, &secrets[..]].concat())?;
        let said = String::from_utf8(output.stderr)?;
        ensure!(output.status.code() == Some(2), "{arguments:?}: {:?} {said}", output.status);
        ensure!(said.contains(expected), "{arguments:?}: {said}");
        ensure!(said.lines().count() == 1 && !said.contains("canary"), "{arguments:?}: {said}");
    }
    let masked = std::env::temp_dir().join("realm-masked-secret");
    std::fs::write(&masked, "**********")?;
    let reference = format!("file:{}", masked.display());
    let output = place.run(&[
        "apply",
        realm,
        "--voting-secret",
        &reference,
        "--service-secret",
        "env:SERVICE",
    ])?;
    std::fs::remove_file(&masked)?;
    ensure!(
        output.status.code() == Some(2) && String::from_utf8(output.stderr)?.contains("asterisks")
    );
    ensure!(client(&admin, &name, "ivr-voting")?.is_none(), "something was written");
    Ok(())
}

/// An administrator without rights.
fn no_permission_here(admin: &realm::admin::Admin) -> anyhow::Result<()> {
    let path = "/admin/realms/{realm}/users";
    let found =
        admin.get_where(path, &["master"], &[("username", "no-rights")])?.context("users")?;
    if found.as_array().is_none_or(Vec::is_empty) {
        let credential = json!({"type": "password", "value": VOTING_SECRET});
        let body = json!({"username": "no-rights", "enabled": true, "email": "n@example.invalid",
            "firstName": "N", "lastName": "R", "credentials": [credential]});
        admin.write(&Write::post(path, &["master"], body))?;
    }
    Ok(())
}
