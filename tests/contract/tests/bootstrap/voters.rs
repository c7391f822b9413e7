//! Importing voters.

use anyhow::ensure;
use realm::admin::Write;
use realm::desired::flow::Factors;
use serde_json::{Value, json};

use crate::place::*;

pub(crate) fn voters_are_imported_and_imported_again(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "import")?;
    apply(&admin, &name, &development(Factors::Pin))?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("voters.csv");
    let path = file.display().to_string();
    let import = |text: &str| -> anyhow::Result<String> {
        std::fs::write(&file, text)?;
        let output = place.run(&["voters", "import", &path, "--realm", &name.full])?;
        ensure!(output.status.success(), "{output:?}");
        Ok(String::from_utf8(output.stdout)?)
    };
    let users = || -> anyhow::Result<Value> {
        let query = [("briefRepresentation", "false")];
        Ok(admin
            .get_where("/admin/realms/{realm}/users", &[&name.full], &query)?
            .unwrap_or_default())
    };
    let said = import("username,area_id,password\n7,area-1,4711\n1002,area-2,\n")?;
    ensure!(said.contains("2 created, 0 updated, 0 unchanged"), "{said}");
    ensure!(
        log_in(place, &name, VOTING_SECRET, &[("username", "7"), ("password", "4711")])?.0 == 200
    );
    // What somebody else knows about a voter stays.
    let user = users()?
        .as_array()
        .into_iter()
        .flatten()
        .find(|u| u["username"] == "7")
        .cloned()
        .unwrap_or_default();
    let mut attributes = user["attributes"].clone();
    attributes["badge"] = json!(["1"]);
    let id = user["id"].as_str().unwrap_or_default();
    admin.write(&Write::put(
        "/admin/realms/{realm}/users/{user}",
        &[&name.full, id],
        json!({"attributes": attributes}),
    ))?;
    let said = import("username,area_id\n7,area-3\n1002,area-2\n")?;
    ensure!(said.contains("0 created, 1 updated, 1 unchanged"), "{said}");
    let user = users()?
        .as_array()
        .into_iter()
        .flatten()
        .find(|u| u["username"] == "7")
        .cloned()
        .unwrap_or_default();
    ensure!(
        user["attributes"]["badge"] == json!(["1"])
            && user["attributes"]["area-id"] == json!(["area-3"]),
        "{user}"
    );
    Ok(())
}

pub(crate) fn a_wrong_file_writes_nothing(place: &Place) -> anyhow::Result<()> {
    let admin = place.admin()?;
    let name = fresh(&admin, "wrong-file")?;
    apply(&admin, &name, &development(Factors::Pin))?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("voters.csv");
    std::fs::write(
        &file,
        "username,area_id,password\n1001,area-1,4711\ncanary,area-1,canary-pin\n",
    )?;
    let path = file.display().to_string();
    let output = place.run(&["voters", "import", &path, "--realm", &name.full])?;
    let said = String::from_utf8(output.stderr)?;
    ensure!(output.status.code() == Some(2), "{said}");
    ensure!(said.contains("line 3, column password") && !said.contains("canary"), "{said}");
    let count = admin.must_get("/admin/realms/{realm}/users/count", &[&name.full])?;
    ensure!(count == 0, "{count}");
    // A realm of the platform is not for this.
    let platform = place.platform_realm(&admin, "import-platform")?;
    std::fs::write(&file, "username,area_id\n1001,area-1\n")?;
    let output = place.run(&["voters", "import", &path, "--realm", &platform.full])?;
    ensure!(output.status.code() == Some(2), "{output:?}");
    Ok(())
}
