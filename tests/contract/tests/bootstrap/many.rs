//! Many realms: `--all`, rotation, the union of keys.

use anyhow::{Context as _, ensure};
use realm::admin::Write;
use realm::desired::flow::Factors;
use serde_json::{Value, json};

use crate::place::*;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn one_bad_realm_does_not_stop_the_others(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let (one, bad, two) = ("all-a", "all-b", "all-c");
    place.platform_realm(&admin, one)?;
    place.platform_realm(&admin, two)?;
    let bad = place.platform_realm(&admin, bad)?;
    let path = "/admin/realms/{realm}/roles/{role}";
    admin.write(&Write::delete(path, &[&bad.full, "user"], None))?;
    let secrets = ["--voting-secret", "env:VOTING", "--service-secret", "env:SERVICE"];
    let arguments = [&["apply", "--all", "tenant-t1-event-all-*"], &secrets[..]].concat();
    let output = place.run(&arguments)?;
    ensure!(output.status.code() == Some(1), "{output:?}");
    let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    ensure!(lines.len() == 4, "{lines:?}");
    ensure!(lines[0].starts_with("tenant-t1-event-all-a: as it is to be"), "{lines:?}");
    ensure!(lines[1].contains("FAILED") && lines[1].contains("no role \"user\""), "{lines:?}");
    ensure!(lines[2].starts_with("tenant-t1-event-all-c: as it is to be"), "{lines:?}");
    ensure!(lines[3] == "3 realms, 1 failed", "{lines:?}");
    let again = text(&place.run(&arguments)?.stdout);
    ensure!(again.matches("nothing was written").count() == 3, "{again}");
    Ok(())
}

pub(crate) fn rotation_is_resumed_and_shows_nothing(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    for event in ["turn-a", "turn-b", "turn-c"] {
        let name = fresh(&admin, event)?;
        apply(&admin, &name, &development(Factors::Pin))?;
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("secrets.json");
    let next = "canary-service-secret-next";
    let source = json!({"ivr-service": {"current": next, "previous": SERVICE_SECRET}});
    std::fs::write(&file, source.to_string())?;
    let reference = format!("file:{}#ivr-service", file.display());
    let rotate = |which: &[&str]| {
        let arguments = [&["rotate", "--service-secret", &reference], which].concat();
        place.run(&arguments)
    };
    // One realm, as if the run had been stopped after it.
    ensure!(rotate(&["tenant-t1-event-turn-a"])?.status.success());
    let output = rotate(&["--all", "tenant-t1-event-turn-*"])?;
    let words = text(&output.stdout) + &text(&output.stderr);
    ensure!(output.status.success(), "{words}");
    ensure!(words.matches("secret: unchanged").count() == 1, "{words}");
    ensure!(words.matches("secret: rotated").count() == 2, "{words}");
    ensure!(!words.contains("canary"), "{words}");
    for event in ["turn-a", "turn-b", "turn-c"] {
        let realm = format!("tenant-t1-event-{event}");
        let form = |secret| {
            [
                ("grant_type", "client_credentials"),
                ("client_id", "ivr-service"),
                ("client_secret", secret),
            ]
        };
        ensure!(grant(place, &realm, &form(next))?.0 == 200);
        ensure!(grant(place, &realm, &form(SERVICE_SECRET))?.0 == 401);
        // The voters' client was not part of it.
        let name = realm.parse()?;
        let held = client(&admin, &name, "ivr-voting")?.context("no client")?;
        ensure!(held["secret"] == VOTING_SECRET);
    }
    Ok(())
}

pub(crate) fn the_keys_of_removed_realms_go(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("certs.json");
    let path = file.to_str().context("path")?;
    for event in ["keys-a", "keys-b"] {
        let name = fresh(&admin, event)?;
        let body = json!({"realm": name.full, "enabled": true});
        admin.write(&Write::post("/admin/realms", &[], body))?;
    }
    let arguments = ["jwks", "--all", "tenant-t1-event-keys-*", "--out", path];
    let keys = || -> anyhow::Result<Vec<Value>> {
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        Ok(document["keys"].as_array().context("no keys")?.clone())
    };
    let output = place.run(&arguments)?;
    ensure!(output.status.success(), "{output:?}");
    let both = keys()?;
    ensure!(both.len() == 2, "{both:?}");
    for key in &both {
        ensure!(key["use"] == "sig" && key["alg"] == "RS256" && key.get("x5c").is_none(), "{key}");
    }
    ensure!(both[0]["kid"].as_str() < both[1]["kid"].as_str(), "sorted");
    // A disabled realm has no keys, which is said; a removed one is no longer spoken of.
    let gone = "/admin/realms/{realm}";
    admin.write(&Write::put(gone, &["tenant-t1-event-keys-a"], json!({"enabled": false})))?;
    let output = place.run(&arguments)?;
    ensure!(output.status.code() == Some(1), "{output:?}");
    ensure!(text(&output.stdout).contains("keys-a: no keys"), "{output:?}");
    ensure!(keys()?.len() == 1);
    admin.write(&Write::delete(gone, &["tenant-t1-event-keys-a"], None))?;
    ensure!(place.run(&arguments)?.status.success());
    ensure!(keys()?.len() == 1);
    Ok(())
}
